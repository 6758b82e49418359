-- A100 PCIe 80 GB in pairs joined by NVLink bridges.
return derive {
  base = "a100_pcie_80",
  name = "a100_pcie_pair",
  title = "NVIDIA A100 PCIe 80 GB, bridged pairs",
  aliases = { "A100-PCIe-pair" },
  system = "a100_pcie_pairs",
}
