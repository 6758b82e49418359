-- Racks of 72 GB300 GPUs on one NVSwitch stage, one 800 Gb/s adapter a GPU.
return system {
  name = "gb300_nvl72",
  title = "Racks of 72 GB300 GPUs on one NVSwitch stage, one 800 Gb/s adapter a GPU",
  aliases = { "nvl72_gb300" },
  levels = {
    {
      name = "nvlink",
      topology = "switch",
      chips = 72,
      bandwidth = "900 GB/s",
      -- NCCL's table has 0.6, 1.9 and 3.4 us a ring step for LL, LL128 and Simple; small messages use the first two.
      latency = "1 us",
      source = "NVIDIA GB300 NVL72 datasheet: NVLink 1.8 TB/s a GPU, both ways; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the LL and LL128 rows of NCCL's table",
    },
    {
      name = "infiniband",
      topology = "switch",
      chips = 9216,
      bandwidth = "100 GB/s",
      -- NCCL's table has 2.7, 4.0 and 14 us a ring step and 5, 8.5 and 14 us a tree step.
      latency = "5 us",
      source = "aiconfigurator @095f58a gb300.yaml: ConnectX-8; NCCL @5067397 src/graph/tuning.cc",
      doubtful = "latency is a choice between the rows of NCCL's table",
    },
  },
  notes = "NVSwitch can add up on the way (SHARP); measured 8-GPU all-reduces are no faster than two-shot ones",
}
