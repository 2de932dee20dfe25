# Mahalanobis distances of complete answers by psych::outlier; run in tests/reference.
# Writes screening_answers.csv (the input), screening.csv (the distances), screening_versions.txt.
suppressMessages(library(psych))
set.seed(20240501)
n <- 150; k <- 12
common <- rnorm(n)
latent <- sapply(1:k, function(i) 0.7 * common + sqrt(1 - 0.7^2) * rnorm(n))
answers <- apply(latent, 2, function(x) findInterval(x, c(-1.5, -0.9, -0.3, 0.3, 0.9, 1.5)) + 1)
answers[1:3, ] <- sample(1:7, 3 * k, replace = TRUE)
colnames(answers) <- paste0("q", 1:k)
write.csv(answers, "screening_answers.csv", row.names = FALSE, quote = FALSE)
distance <- outlier(as.data.frame(answers), plot = FALSE)
write.csv(data.frame(respondent = 1:n, distance = format(distance, digits = 17)),
          "screening.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("psych", packageVersion("psych"))), "screening_versions.txt")
