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
}

func names() (out []string) {
	for _, m := range modes {
		out = append(out, m.name)
	}
	return out
}
