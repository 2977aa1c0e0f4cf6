package demo

import "customercenter/shared/center"

var kuwaitTerms = 45

// kuwait is a marine services firm billed in dinars (three decimals) and, for
// the cloud, in dollars; there is no VAT.
var kuwait = customer{
	slug:  "kuwait",
	title: "Bida Coast Marine Services Company W.L.L.",
	account: center.AccountRecord{
		Key: "KW:CRN:284417", Name: "Bida Coast Marine Services Company W.L.L.", TradingName: "Bida Coast",
		TimeZone: "Asia/Kuwait", Locale: "en", NetTermsDays: &kuwaitTerms, BillingAddress: &kuwaitAddress,
		OperatorNotes: "No VAT. Dinar invoices need the LPO number, or they come back.",
	},
	party: center.Party{
		Name: "Bida Coast Marine Services Company W.L.L.", TradingName: "ساحل البدع للخدمات البحرية",
		IDs: []center.PartyID{{Scheme: "CRN", Value: "284417", Legal: true}}, Address: &kuwaitAddress,
	},
	seller: seller{
		party: center.Party{
			Name: "Northvane Gulf for Computer Systems W.L.L.", TradingName: "Northvane Gulf",
			IDs: []center.PartyID{{Scheme: "CRN", Value: "371905", Legal: true}},
			Address: &center.Address{Street: "Ahmad Al Jaber Street", Building: "18", District: "Sharq", City: "Kuwait City",
				Postcode: "15461", Country: "KW"},
			Contact: "Accounts Receivable", Emails: []string{"billing.kw@northvane.example"},
		},
		prefix: "NVKW", currency: "KWD", category: notTaxed, terms: kuwaitTerms,
		termsNote: "Net 45 days from invoice date",
	},
	people: []player{
		{"dana@bida-coast.example", "Dana Al-Mutairi", center.ContactPrimary, true, "finance director, named first on the first order"},
		{"yousef@bida-coast.example", "Yousef Al-Rashidi", center.ContactPayables, true, "pays the invoices"},
		{"joseph@bida-coast.example", "Joseph Fernandes", center.ContactPurchasing, true, "sees the orders that name him"},
		{"hessa@bida-coast.example", "Hessa Al-Awadhi", center.ContactPurchasing, true, "technical contact of the fleet order"},
		{"bader@bida-coast.example", "Bader Al-Enezi", center.ContactExecutive, false, "general manager, reads"},
		{"layla@haddad-partners.example", "Layla Haddad", center.ContactAccountant, false, "outside accountant, also of the Riyadh account"},
	},
	play: playKuwait,
}

var kuwaitAddress = center.Address{Street: "Salem Al Mubarak Street", Building: "112", District: "Block 7", City: "Salmiya",
	Postcode: "22007", Country: "KW"}

// The purchases and contracts papers of the Kuwait account refer to.
const (
	kuwaitFleetPO  = "LPO-30711"
	kuwaitYardPO   = "LPO-30698"
	kuwaitFleet    = "CTR-KW-30082"
	kuwaitYard     = "CTR-KW-30419"
	kuwaitTracking = "SUB-KW-66120"
)

func playKuwait(l *ledger) {
	kuwaitOrders(l)
	kuwaitRunning(l)
	kuwaitSettled(l)
	kuwaitOpen(l)
	kuwaitCredits(l)
	l.stories(words{prefix: "LPO-40", pending: "On-board cameras, second batch", partly: "Gateway NV-G7", extra: "Installation in the yard",
		held: "Spare antennas", ended: "Handheld radios", price: "310.500", hold: "Waiting for a berth to install in",
		thanks: "We start as soon as it is paid.", offer: "Premier support for the new vessels"})
	l.contract(contract{
		number: kuwaitFleet, title: "Fleet Cloud, vessel tracking and telemetry", order: kuwaitFleetPO, currency: "USD",
		startedMonthsAgo: history, months: 36, auto: true,
		plans: []plan{
			{kuwaitTracking, "Fleet Cloud, per vessel", "NV-FLT-STD", "30117211", "17", "118.00", 1, ""},
			{"SUB-KW-66121", "Compute and satellite relay", "NV-CLD-PAYG", "30117212", "", "", inArrears, "24000.00"},
		},
	})
	l.contract(contract{
		number: kuwaitYard, title: "Yard network operations and support", order: kuwaitYardPO, startedMonthsAgo: 10, months: 12,
		plans: []plan{{"SUB-KW-67004", "Premier support, yard servers", "NV-SUP-PREM", "30117264", "1", "1240.750", 3, ""}},
	})
}

func kuwaitOrders(l *ledger) {
	dana, yousef := person{"Dana Al-Mutairi", "dana@bida-coast.example"}, person{"Yousef Al-Rashidi", "yousef@bida-coast.example"}
	joseph := person{"Joseph Fernandes", "joseph@bida-coast.example"}
	sales := person{"Omar Nasser", "omar.nasser@northvane.example"}
	l.order(order{
		number: kuwaitFleetPO, contract: kuwaitFleet, quote: "Q-KW-1140", note: "Vessel tracking for the whole fleet", currency: "USD",
		items: []item{
			{name: "Fleet Cloud, per vessel", text: "Thirty-six months", quantity: "504", price: "118.00", unit: unitMonth},
			{name: "On-board gateway NV-G7", text: "IP67, with antenna", quantity: "14", price: "1260.00", unit: unitPiece},
		},
		ordering: joseph, financial: []person{dana, yousef}, technical: person{"Hessa Al-Awadhi", "hessa@bida-coast.example"},
		delivery: person{"Shuaiba yard gate", "yard@bida-coast.example"}, sales: sales,
	}, 772)
	l.order(order{
		number: kuwaitYardPO, contract: kuwaitYard, quote: "Q-KW-1522", note: "Network operations, Shuaiba yard",
		items: []item{
			{name: "Network operations, Shuaiba yard", text: "Twelve months", quantity: "12", price: "685.500", unit: unitMonth},
			{name: "Premier support, yard servers", text: "Four quarters", quantity: "4", price: "1240.750", unit: unitPiece},
		},
		ordering: joseph, financial: []person{yousef}, sales: sales,
	}, 766)
}

func kuwaitRunning(l *ledger) {
	for _, p := range l.monthly(center.TypeSubscription, false, func(month int, p center.Period) []item {
		return []item{{name: "Fleet Cloud, per vessel", text: "Tracking, geofences and voyage log", quantity: count(14 + month/8),
			price: "118.00", unit: unitPiece, period: &p}}
	}) {
		p.on(kuwaitFleetPO, kuwaitFleet).in("USD")
	}
	used := l.monthly(center.TypeUsage, true, func(month int, p center.Period) []item {
		return []item{
			{name: "Compute hours, telemetry pipeline", text: "Shared cores, Gulf region", quantity: count(2600+45*month+l.between(-180, 180)) + ".25",
				price: "0.0985", unit: unitHour, period: &p},
			{name: "Satellite data relay", text: "Megabytes carried by a partner's network", quantity: count(l.between(9000, 21000)),
				price: "0.0385", unit: unitPiece, period: &p},
		}
	})
	for _, p := range used {
		p.on(kuwaitFleetPO, kuwaitFleet).in("USD")
	}
	l.usage("SUB-KW-66121", used)
	for _, p := range l.monthly(center.TypeService, false, func(_ int, p center.Period) []item {
		return []item{{name: "Network operations, Shuaiba yard", text: "Monitoring, patching and on-call", quantity: "1", price: "685.500", unit: unitMonth, period: &p}}
	}) {
		p.on(kuwaitYardPO, kuwaitYard)
	}
	for quarter := 0; quarter < 8; quarter++ {
		ago := 22 - 3*quarter
		period := center.Period{Start: l.month(ago).Start, End: l.month(ago - 2).End}
		l.bill(center.TypeSupport, period.Start, item{name: "Premier support, yard servers", text: "CSI 30117264, quarterly fee",
			quantity: "1", price: "1240.750", unit: unitPiece, period: &period}).on(kuwaitYardPO, kuwaitYard)
	}
}

func kuwaitSettled(l *ledger) {
	for _, old := range []struct {
		daysAgo int
		of      center.InvoiceType
		po      string
		items   []item
	}{
		{716, center.TypeHardware, kuwaitFleetPO, []item{{name: "On-board gateway NV-G7", text: "IP67, with antenna", quantity: "14", price: "386.750", unit: unitPiece}}},
		{690, center.TypeConsulting, "LPO-30764", []item{{name: "Installation supervision at sea", text: "Two engineers, per day", quantity: "11", price: "265.000", unit: unitDay}}},
		{622, center.TypeLicense, "LPO-30810", []item{{name: "Dry-dock planner, perpetual licence", text: "Five named planners", quantity: "5", price: "724.250", unit: unitPiece}}},
		{548, center.TypeEducation, "LPO-40066", []item{{name: "Bridge crew training, voyage log", text: "One day in Salmiya", quantity: "22", price: "48.500", unit: unitPiece}}},
		{467, center.TypeHardware, "LPO-40189", []item{
			{name: "Rugged tablet 10 in", text: "Sunlight readable", quantity: "16", price: "289.375", unit: unitPiece},
			{name: "Docking station, bulkhead mount", quantity: "16", price: "61.125", unit: unitPiece}}},
		{389, center.TypeSupport, "LPO-40302", []item{{name: "Support renewal, on-board gateways", text: "CSI 30117239, one year", quantity: "14", price: "74.600", unit: unitYear}}},
		{296, center.TypeConsulting, kuwaitYardPO, []item{{name: "Network redesign, Shuaiba yard", text: "Senior consultant", quantity: "13.5", price: "265.000", unit: unitDay}}},
		{214, center.TypeLicense, "LPO-50041", []item{{name: "Crew roster module", text: "Annual licence, per vessel", quantity: "16", price: "92.400", unit: unitYear}}},
		{152, center.TypeEducation, "LPO-50129", []item{{name: "Administrator course, Fleet Cloud", text: "Two days, remote", quantity: "4", price: "210.000", unit: unitPiece}}},
	} {
		l.bill(old.of, l.today.AddDays(-old.daysAgo), old.items...).on(old.po, "")
	}
}

func kuwaitOpen(l *ledger) {
	l.unpaid(141, center.TypeService, item{name: "Emergency repair of the yard's microwave link", text: "Call-out and parts", quantity: "1", price: "2315.125", unit: unitPiece}).as(asUBL)
	l.unpaid(97, center.TypeHardware, item{name: "On-board gateway NV-G7", text: "IP67, with antenna", quantity: "3", price: "386.750", unit: unitPiece}).on("LPO-50188", "")
	l.unpaid(66, center.TypeSupport, item{name: "Support renewal, on-board gateways", text: "CSI 30117239, one year", quantity: "17", price: "78.250", unit: unitYear}).on("LPO-50230", "")
	l.unpaid(33, center.TypeConsulting, item{name: "Radar data integration", text: "Senior consultant", quantity: "4", price: "265.000", unit: unitDay}).on("LPO-50277", "")
	l.unpaid(19, center.TypeHardware, item{name: "Spare parts kit, gateways", text: "For two years", quantity: "1", price: "1250.500", unit: unitPiece}).on("LPO-50301", "")
	l.unpaid(5, center.TypeEducation, item{name: "Bridge crew training, voyage log", text: "One day in Salmiya", quantity: "18", price: "48.500", unit: unitPiece}).on("LPO-50322", "")
	l.unpaid(48, center.TypeUsage, item{name: "Satellite data relay, storm season surge", text: "Above the monthly allowance", quantity: "38250", price: "0.0385", unit: unitPiece}).
		on(kuwaitFleetPO, kuwaitFleet).in("USD")
	l.unpaid(11, center.TypeSubscription, item{name: "Fleet Cloud, three chartered vessels", text: "Ninety days", quantity: "3", price: "354.00", unit: unitPiece}).
		on(kuwaitFleetPO, kuwaitFleet).in("USD")
	l.unpaid(0, center.TypeService, item{name: "Antenna survey, pier 4", quantity: "1", price: "415.000", unit: unitPiece}).on("LPO-50340", "")
	l.unpaid(-3, center.TypeLicense, item{name: "Crew roster module", text: "Two more vessels", quantity: "2", price: "92.400", unit: unitYear}).on("LPO-50344", "")
	l.unpaid(-27, center.TypeService, item{name: "Cold standby site, set-up", text: "Half on order", quantity: "1", price: "3160.250", unit: unitPiece}).on("LPO-50351", "").as(asUBL)
}

func kuwaitCredits(l *ledger) {
	tablets := l.unpaid(28, center.TypeHardware, item{name: "Rugged tablet 10 in", text: "Sunlight readable", quantity: "8", price: "289.375", unit: unitPiece}).on("LPO-50288", "")
	l.credit(tablets, l.today.AddDays(-20), "Two tablets were returned unopened.",
		item{name: "Rugged tablet 10 in", quantity: "2", price: "289.375", unit: unitPiece}).as(asUBL)
	twice := l.unpaid(52, center.TypeService, item{name: "Network operations, Shuaiba yard", text: "Billed twice by mistake", quantity: "1", price: "685.500", unit: unitMonth}).on(kuwaitYardPO, kuwaitYard)
	l.credit(twice, l.today.AddDays(-60), "The month had been billed already.", twice.items...)
	l.credit(nil, l.today.AddDays(-70), "Service level credit: tracking was down for five hours.",
		item{name: "Service level credit, Fleet Cloud", quantity: "1", price: "165.00", unit: unitPiece}).in("USD")
	l.debit(8, tablets, "Customs duty, paid on your behalf and left out of the invoice.",
		item{name: "Customs duty, tablets", quantity: "1", price: "115.750", unit: unitPiece})
	l.bill(center.TypeConsulting, l.today.AddDays(-260), item{name: "Correction: engineer days not worked", quantity: "-1.5", price: "265.000", unit: unitDay}).on(kuwaitYardPO, "").paid = ""
}
