-- Racks of 72 Rubin packages on one NVSwitch stage, 1.6 Tb/s of adapters a package.
return system {
  name = "vr200_nvl72",
  title = "Racks of 72 Rubin packages on one NVSwitch stage, 1.6 Tb/s of adapters a package",
  aliases = { "rubin_nvl72", "vr_nvl144" },
  levels = {
    {
      name = "nvlink",
      topology = "switch",
      chips = 72,
      bandwidth = "1800 GB/s",
      -- NCCL's table has 0.6, 1.9 and 3.4 us a ring step for LL, LL128 and Simple; small messages use the first two.
      latency = "1 us",
      source = "ml-engineering @744d01e, accelerator tables, note 26: NVLink 6, 3.6 TB/s both ways; NCCL "
        .. "@5067397 src/graph/tuning.cc",
      doubtful = "bandwidth preliminary, 1500 GB/s in a reported lower configuration; latency is a choice "
        .. "between the LL and LL128 rows of NCCL's table",
    },
    {
      name = "infiniband",
      topology = "switch",
      chips = 9216,
      bandwidth = "200 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "announcements: two ConnectX-9 a package; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "bandwidth preliminary, 200 to 225 GB/s; latency is a choice between the rows of NCCL's table",
    },
  },
  notes = "Preliminary.",
}
