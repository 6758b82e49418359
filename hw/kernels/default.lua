-- Families that no measurement or published ceiling is at hand for: the universal constants, with the interval that
-- they had on the chips that were measured.
return profile {
  name = "default",
  families = { "trainium", "groq", "cerebras", "rubin" },
  source = "constants of datasheet mode; interval: their error on the measured rows of other families",
}
