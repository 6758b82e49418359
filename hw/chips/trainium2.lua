-- AWS Trainium2.
return chip {
  name = "trainium2",
  title = "AWS Trainium2",
  vendor = "AWS",
  family = "trainium",
  year = 2024,
  aliases = { "trn2" },
  system = "trn2",
  peak = {
    fp32 = "181 TFLOP/s",
    tf32 = "667 TFLOP/s",
    bf16 = "667 TFLOP/s",
    fp16 = "667 TFLOP/s",
    fp8 = "1299 TFLOP/s",
    source = "AWS Neuron documentation @81ce03ae, trainium2.rst and trn2-arch.rst; ml-engineering @744d01e, "
      .. "accelerator tables, note 11",
  },
  vector = {
    fp32 = "8 TFLOP/s",
    source = "AWS Neuron documentation @81ce03ae, trainium2.rst and trn2-arch.rst; ml-engineering @744d01e, "
      .. "accelerator tables, note 11",
    doubtful = "fp32 recalled: about 1 TFLOP/s a core",
  },
  memory = {
    capacity = "96 GB",
    bandwidth = "2.9 TB/s",
    source = "AWS Neuron documentation @81ce03ae, trainium2.rst (HBM3)",
  },
  store = {
    capacity = "240 MiB",
    source = "AWS Neuron documentation @81ce03ae, trn2-arch.rst: 28 MiB of SBUF and 2 MiB of PSUM a core",
  },
  matrix = {
    kind = "systolic",
    cores = 8,
    units = 8,
    rows = 128,
    columns = 128,
    fma_per_unit = 16384,
    clock = "2.4 GHz",
    source = "AWS Neuron documentation @81ce03ae, trn2-arch.rst",
    doubtful = "2 x 8 x 128 x 128 x 2.4 GHz gives 629 TFLOP/s, 667 are published",
  },
  host_bandwidth = "32 GB/s",
  power = {
    tdp = "500 W",
    source = "third-party reports",
    doubtful = "tdp about 500 W, not published by AWS",
  },
  notes = "2563 TFLOP/s are with 4:1 sparsity. No int8 rate is published. host_bandwidth is recalled.",
}
