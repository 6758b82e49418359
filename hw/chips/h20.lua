-- NVIDIA H20 SXM 96 GB.
return chip {
  name = "h20",
  title = "NVIDIA H20 SXM 96 GB",
  vendor = "NVIDIA",
  family = "hopper",
  year = 2023,
  aliases = { "H20-SXM", "H20-96GB" },
  system = "hgx_h20",
  peak = {
    fp32 = "44 TFLOP/s",
    tf32 = "74 TFLOP/s",
    bf16 = "148 TFLOP/s",
    fp16 = "148 TFLOP/s",
    fp8 = "296 TFLOP/s",
    int8 = "296 TOP/s",
    source = "InferSim @f2293da hardware/gpu.py; fp32 runs on the vector units",
  },
  vector = {
    fp32 = "44 TFLOP/s",
    special = "2.47 T/s",
    source = "public pages on H20; 16 results a clock and SM: CUDA C++ Programming Guide, table of arithmetic "
      .. "throughput",
    doubtful = "special derived: 16 x 78 SMs x 1.98 GHz",
  },
  memory = {
    capacity = "96 GB",
    bandwidth = "4 TB/s",
    source = "InferSim @f2293da hardware/gpu.py (HBM3)",
  },
  store = {
    capacity = "60 MiB",
    source = "public pages on H20",
    doubtful = "capacity 60 MiB, from pages without a document behind them",
  },
  matrix = {
    kind = "tiled",
    cores = 78,
    units = 312,
    fma_per_unit = 512,
    clock = "1.98 GHz",
    source = "InferSim @f2293da hardware/gpu.py: 78 SMs of Hopper",
    doubtful = "throttled on purpose: the units could do 632 TFLOP/s in bf16, the export limit allows 148",
  },
  host_bandwidth = "64 GB/s",
  power = {
    tdp = "400 W",
    source = "public pages on H20",
    doubtful = "tdp from pages without a document behind them",
  },
  notes = "Export variant: its tensor rate does not follow from its SMs. NVLink 900 GB/s is the sum of both "
    .. "directions.",
}
