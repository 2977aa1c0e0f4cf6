package main

// modes are the promises that are proven.
var modes = []mode{
	{"pay", []part{
		{title: "Paying: schedules", pkg: "./infra/prove/pay", tests: "^TestSchedules$", flags: []string{"-schedules=104000"},
			what: "Payers, colleagues, browsers that ask again, sweeps, webhooks and the processor's page run the production driver, store and processor adapter, one outside call at a time, in every order and with faults at any call (walked) or in drawn ones (sampled)."},
		{title: "Paying: naive controls", pkg: "./infra/prove/pay", tests: "^TestControlsAreFoundWrong$", flags: []string{"-controls=2000"}, control: true,
			what: "Ways to pay that come to mind first, under the same explorer and the same judge. Each must be found wrong, or the explorer is blind."},
		{title: "Paying: a fault at every call", pkg: "./infra/prove/pay", tests: "^TestFaults", flags: []string{"-each=1"},
			what: "At each call of each flow in turn: the connection broken before, the answer lost, throttled, the program gone before and after; with a colleague paying, the browser asking again with the same key, and a later payer. Each must end captured once, paid, slot free."},
		{title: "Paying: programs killed", pkg: "./infra/prove/pay", tests: "^TestKills$", flags: []string{"-each=1"},
			what: "The functions' own binaries over a table and a processor on disk, SIGKILLed before and after each of their calls: with nobody else about, a colleague paying in that moment or all along, or the next sweep killed too. Then the browser asks again with the same key, the sweep comes, a later payer pays, and table and processor are opened again; all webhooks are lost but those that a flow is about. Each must end captured once, paid, slot free, told paid only if captured, the four parts adding up."},
		{title: "Paying: races", pkg: "./infra/prove/pay", tests: "^TestRaces$", flags: []string{"-rounds=15"}, race: true,
			what: "Real goroutines under the race detector, on a table whose transactions keep their items for 5 ms, as over a network. Every invoice is captured exactly once; whoever does not pay is refused for what another did; payments that have only the account in common all succeed."},
		{title: "Paying: no conditions at all", pkg: "./infra/prove/pay", tests: "^TestWithoutConditionsIsFoundWrong$", control: true,
			what: "The product as it is over a table that keeps none of its conditions, played until it is found wrong."},
		{title: "Paying: conditions", pkg: "./infra/prove/pay", tests: "^TestConditionMutations$",
			what: "Each condition of the payment writes is stripped in turn, and each item of their transactions left out; some check must notice. Conditions back each other up, so that most show only when somebody else writes to what one of them guards in the very moment before: without it, the write goes over that."},
	}},
	{"contacts", []part{
		{title: "Contacts: races", pkg: "./infra/prove/contacts", tests: "^TestRaces", flags: []string{"-rounds=25", "-uses=10000"}, race: true,
			what: "Real goroutines under the race detector. 64 accept one invitation, alone and while it is sent again, taken back, or its inviter removed: one contact, one audit entry, one letter. The two last primary contacts leave, remove or suspend each other, step down or pass the place on, in all pairs at once: one stays. Requests after an answered change of what they may: none is stale."},
		{title: "Contacts: who may do what", pkg: "./infra/prove/contacts", tests: "^TestEveryFunctionTriesItsMatrix$", flags: []string{"-matrix"},
			what: "Each route as each contact type, nobody, an expired and a revoked session, another account and an operator, on what is one's own, another's, nobody's, malformed, and on cursors and nested ids of others. Every answer is declared in one file; what is absent and what is another's are the same bytes; nothing of the other account shows."},
		{title: "Contacts: a fault at every call", pkg: "./shared/store", tests: "^Test(InvitingAndAccepting|Removing|ALink|ASignIn)Survives?EveryFault$",
			what: "At each call of inviting, accepting, removing and linking the audit log in turn: the connection broken, the answer lost, throttled, a conflict, the program gone before and after; then the same again by a new program."},
		{title: "Contacts: conditions", pkg: "./infra/prove/contacts", tests: "^TestConditionMutations$", flags: []string{"-each=1"},
			what: "Each condition of the transactions that change who may enter is stripped in turn, and each of their items left out: inviting, sending again, taking back, declining, accepting, changing a type, suspending, removing, leaving, handing on, and what operators do. Some check must notice: what is to be seen afterwards differs, or a write goes over what somebody else wrote in the very moment before."},
		{title: "Contacts: sign-in tells nothing", pkg: "./functions/sign-in", tests: "^TestTheTimeOfAnAnswerTellsNothing$", flags: []string{"-pairs=10000"},
			what: "Welch's t of the time of answers for known and unknown addresses, in interleaved pairs; it must stay below 4.5."},
		{title: "Contacts: the audit log", pkg: "./shared/store", tests: "^TestNo(EditRemovalOrReordering|TamperingWithAnErasedLog)IsMissed$",
			what: "Each attribute of each item of a chained log edited or dropped, each item removed, moved or added to, and each two of a kind swapped: verifying finds every one. The same of a log from which a person was erased, and of entries that tell less with none that says so."},
	}},
	{"rewards", []part{
		{title: "Rewards: races", pkg: "./infra/prove/rewards", tests: "^TestRaces$", flags: []string{"-rounds=15"}, race: true,
			what: "Real goroutines under the race detector. Sixty-four use one balance at once, which is enough for a few of them: each on an invoice of her own, all on one, and by payments of which every second one fails; while it is corrected below nothing, granted to, and given back. What is used is never more than was earned, the balance is its ledger, lots are used by redemptions alone, and each invoice shows what rewards cover of it."},
		{title: "Rewards: a fault at every call", pkg: "./shared/store", tests: "^TestRewardsSurviveEveryFault$",
			what: "At each call of a payment with rewards that is declined, and of a redemption after it: the connection broken, the answer lost, throttled, a conflict, the program gone before and after; then the same again by a new program, with the same keys. No rewards are taken twice, and none are lost."},
		{title: "Rewards: programs killed", pkg: "./infra/prove/rewards", tests: "^TestKills$", flags: []string{"-each=1"},
			what: "The functions' own binaries, SIGKILLed before and after each of their calls of table and processor: redeeming, reversing, paying with rewards and a card, with one that is declined, with rewards alone, and sweeping. Then the same request comes again with the same key, and the sweep. Rewards are used where the money was taken, and all back in their lots where it was not."},
		{title: "Rewards: conditions", pkg: "./infra/prove/rewards", tests: "^TestConditionMutations$", flags: []string{"-each=1"},
			what: "Each condition of the transactions that earn, correct, redeem, reverse and pay with rewards is stripped in turn, and each of their items left out. Some check must notice: what is to be seen afterwards differs, or a write goes over what somebody else wrote in the very moment before."},
		{title: "Rewards: any sequence", pkg: "./infra/prove/rewards", tests: "^TestSequences$", flags: []string{"-sequences=3000"},
			what: "Drawn sequences of earning, correcting, redeeming, reversing, paying with rewards and failing, and of time that lets lots end, judged after each act: no balance is below zero, each is its ledger, and nothing is owed beside what may be used. In shared/center the same is drawn of the rules alone, and of rates: what is used costs no more than there is."},
	}},
	{"contracts", []part{
		{title: "Contracts: a fault at every call", pkg: "./functions/renew-contracts", tests: "^TestARunHasOneEffectWhateverHappens$", flags: []string{"-each=1"},
			what: "At each call of the daily run in turn: the connection broken, the answer lost, throttled, an error, a conflict, the program gone before and after. After the next run the table is, item by item, what a run without faults leaves: no step, letter or audit entry is missing or there twice."},
		{title: "Contracts: many subscriptions", pkg: "./functions/renew-contracts", tests: "^TestARunReadsWhatIsDueAndNothingElse$", flags: []string{"-subscriptions=100000", "-minutes=1440"},
			what: "Of 100,000 subscriptions with a renewal three are due. The run reads what belongs to those three; then it runs every minute for a day and reads nothing but that nothing is due."},
		{title: "Contracts: races about one renewal", pkg: "./shared/store", tests: "^TestRacesAboutOneRenewalEndInOneAnswer$", flags: []string{"-renewals=200"}, race: true,
			what: "Two contacts answer otherwise, the daily run comes twice and a revision with another price is booked, all at once, on the last day of grace and on the day after. It ends in one answer, to the price that was seen, or in none; what is to be paid follows it."},
		{title: "Contracts: sums of schedules", pkg: "./shared/center", tests: "^Test(APlansScheduleIsItsPriceOverItsTerm|PeriodsAreContiguousAndSumsExact)$", flags: []string{"-rapid.checks=200000"},
			what: "Drawn plans of any start, term, frequency, currency and price: the lines follow each other without gap from the first day to the last, and are the price exactly."},
	}},
	{"letters", []part{
		{title: "Letters: a thousand runs in a day", pkg: "./functions/plan-reminders", tests: "^TestEachStepIsSentOnceHoweverOftenItRuns$", flags: []string{"-runs=1000"},
			what: "One invoice is followed from its booking to its last step, while the planner runs a thousand times on the day it is due and thrice on others."},
		{title: "Letters: a month of a million invoices", pkg: "./infra/prove/letters", tests: "^TestAMonth$", flags: []string{"-accounts=2500", "-bills=400", "-days=30"},
			what: "The functions' own binaries, an hour of the clock at a time, over accounts from one end of the earth to the other, through two changes of clocks and the end of a month. One call in a hundred goes wrong: of the table's the connection breaks before, the answer is lost, it is throttled, answers 500 or meets another transaction; of the mail service's the connection breaks before, the mail leaves and the answer is lost, it is throttled, or answers 500. One event in a hundred is lost, one in two hundred comes three hours late, one in ten twice. Every six hours a function is killed at some call; the planner runs thrice at once where a day begins. Some invoices are paid or disputed meanwhile, some accounts promise to pay. Each step of each invoice must reach each of its readers, at its hour, once; a second time only where the answer and the event were both lost or late."},
		{title: "Letters: a fault at every call of planning", pkg: "./functions/plan-reminders", tests: "^TestAReminderIsNeitherLostNorDoubled$",
			what: "At each call of planning one part of the accounts in turn: the connection broken, the answer lost, the program gone before and after; then the next run."},
		{title: "Letters: a fault at every call of sending", pkg: "./functions/deliver-mail", tests: "^TestALetterIsNeitherLostNorSentTwice$",
			what: "At each call of sending one letter in turn the same, with the mail service's answer lost besides or not; then the record comes again, the events come, and the sweep."},
		{title: "Letters: conditions", pkg: "./infra/prove/letters", tests: "^TestConditionMutations$", flags: []string{"-each=1"},
			what: "Each condition of what letters, reminders, their policies, addresses and disputes write is stripped in turn, and each of the writes left out: some check must notice. What is to be seen afterwards differs, or a write goes over what somebody else wrote in the very moment before."},
	}},
	{"gate", []part{
		{title: "Erasure: a fault at every call", pkg: "./functions/erase-person", tests: "^TestErasingEndsTheSameWhateverHappens$", flags: []string{"-each=1"},
			what: "A person who left a trace in every place there is is erased; at each call in turn the connection broken, the answer lost, throttled, an error, a conflict, the program gone before and after. Erased again from the beginning, the table is, item by item, what an erasure without faults leaves."},
		{title: "Restore: tables lost", pkg: "./infra/prove/restore", tests: "^TestDrill$", flags: []string{"-drills=300"},
			what: "A center at work pays by stored methods, bank debits and the processor's page, with account credit and in part, refunds, invites, disputes and imports, while no webhook arrives. Its table is lost and a copy from three quarters of an hour before put in its place, beside the processor as it stands by then; what was imported since is imported again, and the sweeps run. Each payment that the processor took money for must be booked once, none charged twice, and all balances, totals and payments equal those of the table that was lost, which goes on by itself as if nothing had been. What only the table knew is counted as lost."},
		{title: "Restore: without what objects say", pkg: "./infra/prove/restore", tests: "^TestDrillWithoutMemosIsFoundWrong$", control: true,
			what: "The same where objects at the processor do not say which invoices they pay."},
		{title: "Gate: rights", pkg: "./infra/prove/gate", tests: "^TestNoRightIsUnused$", flags: []string{"-rights"},
			what: "Each action on each kind of key that a function's policy in template.yaml gives is taken from it in turn, and its tests are run: some test must be refused, and fail. What nobody misses is not to be granted."},
		{title: "Gate: hostile files", pkg: "./functions/import-documents", tests: "^TestHostileFilesAreRefusedOrHarmless$", flags: []string{"-hostile=4194304"},
			what: "Files as large as a post may be: entities, endless depth, breadth, attributes, lines, rows, quotes and digits, bombs of archives, bytes that are no text, scripts and formulas. Each is refused by a code that says why, or stored without harm, in less than a second."},
		{title: "Gate: fuzzing", pkg: "./infra/prove/gate", tests: "^TestEveryTargetHasHostileInputs$", flags: []string{"-fuzz-for=10s"},
			what: "Each parser, cursor, cookie, event decoder and writer is given what a fuzzer makes of the inputs in the repository, for ten seconds each. None panics, hangs, or breaks what its target promises."},
	}},
}

func names() (out []string) {
	for _, m := range modes {
		out = append(out, m.name)
	}
	return out
}
