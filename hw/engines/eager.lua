-- An engine that launches kernel by kernel from Python, without graphs or fused steps.
return engine {
  name = "eager",
  title = "PyTorch eager, no CUDA graphs",
  source = "rule of thumb: 5 to 10 us of host time a launch (measured rows under 5-60 us in "
    .. "NeuSight's eager runs), about 15 launches a layer",
  doubtful = "hosts differ by a factor of two",
  prompts = "apart",
  launch_s = 100e-6,
  step_s = 2e-3,
  prompt_step_s = 0,
}
