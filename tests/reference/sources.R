# Counts, means and standard deviations of the columns that the codebooks of the .rda studies read, by R
# itself: load() knows nothing of the reader under test. Run with LOYALTYSTUDY_DATA set:
#   Rscript tests/reference/sources.R > tests/reference/sources.csv
# Means and counts only: no cell of these tables shows fewer than 10 respondents.
folder <- Sys.getenv("LOYALTYSTUDY_DATA")
take <- function(file) {
  space <- new.env()
  load(file.path(folder, file), envir = space)
  as.data.frame(get(ls(space)[1], envir = space))
}
number <- function(x) if (is.factor(x)) as.numeric(as.character(x)) else as.numeric(unclass(x))
row <- function(study, column, x) {
  x <- x[!is.na(x)]
  cat(sprintf("%s,%s,%d,%.12g,%.12g\n", study, column, length(x), mean(x), sd(x)))
}
rank <- function(x, words) match(as.character(x), words)
complete <- function(study, frame) row(study, "complete", rep(1, sum(stats::complete.cases(frame))))
cat("study,column,n,mean,sd\n")

panel <- take("kjhealy--gssr--gss_panel20.rda")
year <- function(ending) {
  part <- panel[!is.na(panel[[paste0("id", ending)]]), ]
  part <- part[endsWith(names(part), ending)]
  names(part) <- sub(paste0(ending, "$"), "", names(part))
  part
}
both <- c("age", "sex", "race", "region", "hompop", "realinc", "educ", "paeduc", "maeduc", "incom16")
wave <- year("_1a")
for (name in c("stayorg3", "leavejob", "prideorg", "helporg1", "jobsat", "bossemps", "rsecjob",
               "rhiinc", "rpromotn", "artexbt", "prfmnce", both, "news", "wordsum", "wtssnr"))
  row("gss-2016-work", name, number(wave[[name]]))
row("gss-2016-work", "psu", number(wave$vstrat) * 10 + number(wave$vpsu))
complete("gss-2016-work", wave[c("stayorg3", both, "artexbt", "prfmnce", "helporg1", "prideorg")])

wave <- year("_1b")
for (name in c("trynewjb", "trustman", "proudemp", "respect", "fringeok", "jobsecok", "promteok",
               "fairearn", "satjob1", "manvsemp", both, "news", "wordsum", "yearsjob", "partlsc",
               "wtssnr"))
  row("gss-2018-work", name, number(wave[[name]]))
complete("gss-2018-work", wave[c("trynewjb", both, "trustman", "proudemp")])

long <- take("kjhealy--gssr--gss_panel06_long.rda")
first <- long[long$wave == 1, ]
second <- long[long$wave == 2, ]
second <- second[match(as.character(first$firstid), as.character(second$firstid)), ]
agree <- c("Strongly Agree", "Agree", "Disagree", "Strongly Disagree")
true <- c("Very True", "Somewhat True", "Not Too True", "Not at all True")
often <- c("Never", "Several Times a Year or less Often", "Several Times a Month",
           "Several Times a Week", "Daily")
study <- "gss-2006-reading"
for (name in c("trustman", "proudemp", "respect")) row(study, name, rank(first[[name]], agree))
for (name in c("fringeok", "jobsecok", "promteok")) row(study, name, rank(first[[name]], true))
row(study, "trynewjb", rank(first$trynewjb, c("Very Likely", "Somewhat Likely", "Not at all Likely")))
for (name in c("hompop", "realinc", "educ", "paeduc", "maeduc", "yearsjob", "wtpannr12"))
  row(study, name, number(first[[name]]))
row(study, "age", as.numeric(sub("89 or Older", "89", as.character(first$age))))
for (name in c("readbook", "attcult", "gomovies", "lstmusic"))
  row(study, name, rank(second[[name]], often))
joined <- first[c("trynewjb", both, "trustman", "proudemp", "wtpannr12")]
joined$readbook <- rank(second$readbook, often)
joined$attcult <- rank(second$attcult, often)
joined$incom16[joined$incom16 %in% c("Lived in Institution", "Dk", "Na")] <- NA
complete(study, joined)
# does a respondent's own reading stand beside the same respondent's own education?
row(study, "educ_x_readbook", number(first$educ) * rank(second$readbook, often))

stack <- take("dgrtwo--stacksurveyr--stack_survey.rda")
study <- "stack-overflow-2016"
row(study, "visits", rank(stack$visit_frequency, c("Very rarely", "Once a month", "Once a week",
                                                   "Once a day", "Multiple times a day")))
why <- as.character(stack$why_stack_overflow)
for (motive in c("To give help to others", "To communicate with others like me"))
  row(study, motive, ifelse(is.na(why), NA, grepl(motive, why, fixed = TRUE)))
reputation <- as.character(stack$rep_range)
reputation[reputation %in% "I'm not sure"] <- NA
row(study, "reputation_1001", ifelse(is.na(reputation), NA,
    reputation %in% c("1,001 - 5,000", "5,001 - 10,000", "10,001+")))
row(study, "age", as.numeric(stack$age_midpoint))
row(study, "income", as.numeric(stack$salary_midpoint))

