-- AMD Instinct MI350X: MI355X at a lower clock and power.
return derive {
  base = "mi355x",
  name = "mi350x",
  title = "AMD Instinct MI350X 288 GB",
  aliases = { "MI-350X" },
  vector = {
    fp32 = times(2.2 / 2.4),
    special = times(2.2 / 2.4),
    source = "ml-engineering @744d01e, accelerator tables, note 22: MI355X at 2.2 GHz",
    doubtful = "fp32 and special scaled with the clock",
  },
  matrix = {
    clock = "2.2 GHz",
    source = "ml-engineering @744d01e, accelerator tables, note 22; the peaks are scaled with the clock",
  },
  power = { tdp = "1000 W", source = "ml-engineering @744d01e, accelerator tables, note 22" },
  notes = "fp6 has the rate of fp4; tf32 is emulated.",
}
