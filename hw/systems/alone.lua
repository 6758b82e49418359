-- A chip by itself: nothing to send to.
return system {
  name = "alone",
  title = "One chip by itself",
  levels = {
    {
      name = "none",
      topology = "switch",
      chips = 1,
      bandwidth = "1 GB/s",
      latency = "1 us",
      source = "nothing is sent: these numbers are never used",
    },
  },
}
