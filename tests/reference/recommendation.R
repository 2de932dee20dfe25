# The net promoter score of weighted and clustered answers: its standard error by the R package
# survey. Run in this folder: Rscript recommendation.R
library(survey)
rows <- read.csv("recommendation_rows.csv")
rows$score <- 100 * ((rows$answer > 8) - (rows$answer < 7))
design <- list(
  plain = svydesign(ids = ~1, weights = ~1, data = rows),
  weighted = svydesign(ids = ~1, weights = ~weight, data = rows),
  clustered = svydesign(ids = ~shop, weights = ~weight, data = rows)
)
found <- lapply(names(design), function(name) {
  mean <- svymean(~score, design[[name]])
  data.frame(design = name, score = as.numeric(coef(mean)), se = as.numeric(SE(mean)))
})
write.csv(do.call(rbind, found), "recommendation.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("survey", packageVersion("survey"))), "recommendation_versions.txt")
