package demo

import "customercenter/shared/center"

var rotterdamTerms = 30

// rotterdam is a logistics firm billed in euros with 21 % VAT (9 % for books);
// its oldest invoices come from a book of an older system.
var rotterdam = customer{
	slug:  "rotterdam",
	title: "Maasvliet Logistiek B.V.",
	account: center.AccountRecord{
		Key: "NL815930462B01", Name: "Maasvliet Logistiek B.V.", TradingName: "Maasvliet",
		TimeZone: "Europe/Amsterdam", Locale: "en", NetTermsDays: &rotterdamTerms, BillingAddress: &rotterdamAddress,
		TaxIDs: []string{"NL815930462B01"}, OperatorNotes: "Payment run every second Thursday.",
	},
	party: center.Party{
		Name: "Maasvliet Logistiek B.V.", TradingName: "Maasvliet", VAT: "NL815930462B01",
		IDs: []center.PartyID{{Scheme: "0106", Value: "24519083", Legal: true}}, Address: &rotterdamAddress,
	},
	seller: seller{
		party: center.Party{
			Name: "Northvane Nederland B.V.", TradingName: "Northvane", VAT: "NL862417305B01",
			IDs:     []center.PartyID{{Scheme: "0106", Value: "71840326", Legal: true}},
			Address: &center.Address{Street: "Kanaalweg", Building: "212", City: "Utrecht", Postcode: "3533 HK", Country: "NL"},
			Contact: "Debiteurenbeheer", Emails: []string{"billing.nl@northvane.example"},
		},
		prefix: "NVNL", currency: "EUR", category: "S", ratePoints: 2100, terms: rotterdamTerms,
		termsNote: "Net 30 days from invoice date",
	},
	people: []player{
		{"annelies@maasvliet.example", "Annelies van der Horst", center.ContactPrimary, true, "head of finance, named first on the first order"},
		{"daan@maasvliet.example", "Daan Kuipers", center.ContactPayables, true, "pays the invoices"},
		{"femke@maasvliet.example", "Femke de Graaf", center.ContactPurchasing, true, "sees the orders that name her"},
		{"jeroen@maasvliet.example", "Jeroen Timmermans", center.ContactPurchasing, true, "technical contact of the warehouse order"},
		{"pieter@maasvliet.example", "Pieter Verhoeven", center.ContactExecutive, false, "director, reads"},
		{"iris@bakker-administratie.example", "Iris Bakker", center.ContactAccountant, false, "outside accountant"},
	},
	play: playRotterdam,
}

var rotterdamAddress = center.Address{Street: "Sluisjesdijk", Building: "88", City: "Rotterdam", Postcode: "3087 AJ", Country: "NL"}

// archivedAfter is how old a paper is, in days, when it comes from the book of
// the older system.
const archivedAfter = 540

// bookRate is the lower Dutch rate, of books, in basis points.
const bookRate = 900

// The purchases and contracts papers of the Rotterdam account refer to.
const (
	rotterdamWarehousePO = "MV-PO-24117"
	rotterdamSupportPO   = "MV-PO-25064"
	rotterdamTrucksPO    = "MV-PO-26021"
	rotterdamWarehouse   = "CTR-NL-11204"
	rotterdamSupport     = "CTR-NL-11877"
)

func playRotterdam(l *ledger) {
	rotterdamOrders(l)
	rotterdamRunning(l)
	rotterdamSettled(l)
	rotterdamOpen(l)
	rotterdamCredits(l)
	for _, p := range l.papers {
		if p.kind == center.KindInvoice && p.paid != "" && p.issued < l.today.AddDays(-archivedAfter) {
			p.format = asCSV
		}
	}
	l.stories(words{prefix: "PO-88", pending: "Dock sensors, hall C", partly: "Label printers NV-P2", extra: "Set-up on site",
		held: "Access points", ended: "Wall displays", price: "1180.00", hold: "Credit check", thanks: "We start as soon as it is paid.",
		offer: "Support of databases, second site"})
	l.contract(contract{
		number: rotterdamWarehouse, title: "Warehouse Cloud", order: rotterdamWarehousePO, startedMonthsAgo: history, months: 36, auto: true,
		plans: []plan{
			{"SUB-NL-90331", "Warehouse Cloud, per dock", "NV-WHS-STD", "44820115", "42", "96.00", 1, ""},
			{"SUB-NL-90332", "Compute and label printing", "NV-CLD-PAYG", "44820116", "", "", inArrears, "40000.00"},
		},
	})
	l.contract(contract{
		number: rotterdamSupport, title: "Support of databases and storage", order: rotterdamSupportPO, startedMonthsAgo: 22, months: 24,
		plans: []plan{
			{"SUB-NL-91470", "Premier support, databases", "NV-SUP-PREM", "44820137", "1", "8640.00", 3, ""},
			{"SUB-NL-91471", "Standard support, storage", "NV-SUP-STD", "44820149", "1", "3185.00", 3, ""},
		},
	})
}

func rotterdamOrders(l *ledger) {
	annelies, daan := person{"Annelies van der Horst", "annelies@maasvliet.example"}, person{"Daan Kuipers", "daan@maasvliet.example"}
	femke, jeroen := person{"Femke de Graaf", "femke@maasvliet.example"}, person{"Jeroen Timmermans", "jeroen@maasvliet.example"}
	sales := person{"Sanne Willems", "sanne.willems@northvane.example"}
	l.order(order{
		number: rotterdamWarehousePO, contract: rotterdamWarehouse, quote: "Q-NL-5502", note: "Warehouse Cloud for three sites",
		items: []item{
			{name: "Warehouse Cloud, per dock", text: "Thirty-six months", quantity: "1368", price: "96.00", unit: unitMonth},
			{name: "Site set-up", text: "Three sites", quantity: "3", price: "7250.00", unit: unitPiece},
		},
		ordering: femke, financial: []person{annelies, daan}, technical: jeroen,
		delivery: person{"Dock 7", "dock7@maasvliet.example"}, sales: sales,
	}, 778)
	l.order(order{
		number: rotterdamSupportPO, contract: rotterdamSupport, quote: "Q-NL-5630", note: "Support of databases and storage",
		items: []item{
			{name: "Premier support, databases", text: "Eight quarters", quantity: "8", price: "8640.00", unit: unitPiece},
			{name: "Standard support, storage", text: "Eight quarters", quantity: "8", price: "3185.00", unit: unitPiece},
		},
		ordering: femke, financial: []person{daan}, sales: sales,
	}, 714)
	l.order(order{
		number: rotterdamTrucksPO, note: "Handheld scanners for the night shift",
		items:    []item{{name: "Handheld scanner NV-H3", text: "With holster and spare battery", quantity: "60", price: "412.50", unit: unitPiece}},
		ordering: person{"Femke de Graaf", "femke@maasvliet.example"}, financial: []person{daan},
		technical: person{"Thijs Mulder", "thijs.mulder@northvane.example"}, sales: sales, // the seller's: waits for review
	}, 97)
}

func rotterdamRunning(l *ledger) {
	for _, p := range l.monthly(center.TypeSubscription, false, func(month int, p center.Period) []item {
		return []item{{name: "Warehouse Cloud, per dock", text: "Slots, yard and cross-dock", quantity: count(38 + month/6), price: "96.00", unit: unitPiece, period: &p}}
	}) {
		p.on(rotterdamWarehousePO, rotterdamWarehouse)
	}
	used := l.monthly(center.TypeUsage, true, func(month int, p center.Period) []item {
		return []item{
			{name: "Compute hours, slot optimiser", text: "Dedicated cores, Amsterdam region", quantity: count(7800+120*month+l.between(-600, 600)) + ".75",
				price: "0.1634", unit: unitHour, period: &p},
			{name: "Label printing, per thousand", quantity: count(l.between(180, 320)), price: "1.2500", unit: unitPiece, period: &p},
		}
	})
	for _, p := range used {
		p.on(rotterdamWarehousePO, rotterdamWarehouse)
	}
	l.usage("SUB-NL-90332", used)
	for _, p := range l.monthly(center.TypeService, false, func(_ int, p center.Period) []item {
		return []item{{name: "Managed operations, three sites", text: "Service desk, monitoring and patching", quantity: "1", price: "4380.00", unit: unitMonth, period: &p}}
	}) {
		p.on(rotterdamWarehousePO, rotterdamWarehouse)
	}
	for quarter := 0; quarter < 8; quarter++ {
		ago := 22 - 3*quarter
		period := center.Period{Start: l.month(ago).Start, End: l.month(ago - 2).End}
		l.bill(center.TypeSupport, period.Start, item{name: "Premier support, databases", text: "CSI 44820137, quarterly fee",
			quantity: "1", price: "8640.00", unit: unitPiece, period: &period}).on(rotterdamSupportPO, rotterdamSupport)
		l.bill(center.TypeSupport, period.Start.AddDays(6), item{name: "Standard support, storage", text: "CSI 44820149, quarterly fee",
			quantity: "1", price: "3185.00", unit: unitPiece, period: &period}).on(rotterdamSupportPO, rotterdamSupport)
	}
}

func rotterdamSettled(l *ledger) {
	for _, old := range []struct {
		daysAgo int
		of      center.InvoiceType
		po      string
		items   []item
	}{
		{721, center.TypeConsulting, rotterdamWarehousePO, []item{{name: "Site set-up, Waalhaven", text: "Fixed price", quantity: "1", price: "7250.00", unit: unitPiece}}},
		{698, center.TypeConsulting, rotterdamWarehousePO, []item{{name: "Site set-up, Botlek", text: "Fixed price", quantity: "1", price: "7250.00", unit: unitPiece}}},
		{664, center.TypeLicense, "MV-PO-24163", []item{{name: "Customs gateway, perpetual licence", text: "Per customs code", quantity: "4", price: "3980.00", unit: unitPiece}}},
		{590, center.TypeHardware, "MV-PO-25009", []item{{name: "Label printer NV-P2", text: "With rewinder", quantity: "12", price: "689.00", unit: unitPiece}}},
		{505, center.TypeEducation, "MV-PO-25088", []item{
			{name: "Course, yard planning", text: "Three days in Utrecht", quantity: "9", price: "1120.00", unit: unitPiece},
			{name: "Course book, yard planning", text: "Printed", quantity: "9", price: "42.50", unit: unitPiece, ratePoints: bookRate}}},
		{431, center.TypeHardware, "MV-PO-25130", []item{
			{name: "Storage shelf NV-S48", text: "48 TB, mirrored", quantity: "2", price: "11840.00", unit: unitPiece},
			{name: "Rack rails", quantity: "2", price: "148.00", unit: unitPiece}}},
		{352, center.TypeConsulting, "MV-PO-25201", []item{{name: "Interface with the terminal's system", text: "Integration engineer", quantity: "17.5", price: "1240.00", unit: unitDay}}},
		{268, center.TypeLicense, "MV-PO-25266", []item{{name: "Route planner, annual licence", text: "Per truck", quantity: "85", price: "54.00", unit: unitYear}}},
		{196, center.TypeEducation, "MV-PO-26004", []item{{name: "Course, reporting", text: "One day, remote", quantity: "16", price: "295.00", unit: unitPiece}}},
		{133, center.TypeHardware, "MV-PO-26015", []item{{name: "Wireless access point, cold store", text: "Heated housing", quantity: "10", price: "734.00", unit: unitPiece}}},
	} {
		l.bill(old.of, l.today.AddDays(-old.daysAgo), old.items...).on(old.po, "")
	}
}

func rotterdamOpen(l *ledger) {
	l.unpaid(210, center.TypeService, item{name: "Cabling, cold store 2", text: "Final account", quantity: "1", price: "9315.00", unit: unitPiece}).on("MV-PO-25244", "").as(asUBL)
	l.unpaid(118, center.TypeConsulting, item{name: "Peak season readiness review", text: "Senior consultant", quantity: "6", price: "1380.00", unit: unitDay}).on("MV-PO-26009", "")
	l.unpaid(62, center.TypeLicense, item{name: "Customs gateway, perpetual licence", text: "One more customs code", quantity: "1", price: "3980.00", unit: unitPiece}).on("MV-PO-26030", "")
	l.unpaid(35, center.TypeSupport, item{name: "Support renewal, label printers", text: "CSI 44820166, one year", quantity: "12", price: "88.40", unit: unitYear}).on("MV-PO-26038", "")
	discounted := l.unpaid(29, center.TypeHardware, item{name: "Handheld scanner NV-H3", text: "With holster and spare battery", quantity: "60", price: "412.50", unit: unitPiece}).on(rotterdamTrucksPO, "")
	discounted.discount = discount{750, "Volume discount 7.5 %"}
	l.unpaid(6, center.TypeEducation,
		item{name: "Course, night shift scanners", text: "Half a day on site", quantity: "24", price: "145.00", unit: unitPiece},
		item{name: "Course book, scanners", text: "Printed", quantity: "24", price: "18.35", unit: unitPiece, ratePoints: bookRate}).on("MV-PO-26047", "")
	l.unpaid(1, center.TypeService, item{name: "Move of the server room, Waalhaven", text: "Night work", quantity: "1", price: "5890.00", unit: unitPiece}).on("MV-PO-26051", "").as(asUBL)
	l.unpaid(0, center.TypeLicense, item{name: "Route planner, annual licence", text: "Twelve more trucks", quantity: "12", price: "54.00", unit: unitYear}).on("MV-PO-26055", "")
	l.unpaid(-2, center.TypeHardware, item{name: "Label printer NV-P2", text: "With rewinder", quantity: "3", price: "702.00", unit: unitPiece})
	l.unpaid(-9, center.TypeConsulting, item{name: "Cold chain dashboards", text: "Data engineer", quantity: "8.5", price: "1240.00", unit: unitDay}).on("MV-PO-26058", "")
	l.unpaid(-25, center.TypeService, item{name: "Penetration test, carrier portal", quantity: "1", price: "7600.00", unit: unitPiece}).on("MV-PO-26060", "").as(asUBL)
}

func rotterdamCredits(l *ledger) {
	scanners := l.unpaid(17, center.TypeHardware,
		item{name: "Vehicle-mounted terminal NV-V5", text: "For forklifts", quantity: "14", price: "1395.00", unit: unitPiece},
		item{name: "Mounting bracket", quantity: "14", price: "64.90", unit: unitPiece}).on("MV-PO-26043", "")
	l.credit(scanners, l.today.AddDays(-11), "Three brackets did not fit and were sent back.",
		item{name: "Mounting bracket", quantity: "3", price: "64.90", unit: unitPiece}).as(asUBL)
	wrong := l.unpaid(45, center.TypeSubscription, item{name: "Warehouse Cloud, per dock", text: "Wrong number of docks", quantity: "50", price: "96.00", unit: unitPiece}).on(rotterdamWarehousePO, rotterdamWarehouse)
	l.credit(wrong, l.today.AddDays(-58), "Withdrawn; the correct invoice was sent on the same day.", wrong.items...)
	l.credit(nil, l.today.AddDays(-31), "Loyalty bonus for last year.",
		item{name: "Loyalty bonus", quantity: "1", price: "1500.00", unit: unitPiece})
	l.debit(-5, scanners, "Express freight, as agreed by telephone.", item{name: "Express freight", quantity: "1", price: "386.00", unit: unitPiece})
	l.bill(center.TypeUsage, l.today.AddDays(-150), item{name: "Correction of metering, label printing", quantity: "-212", price: "1.2500", unit: unitPiece}).on(rotterdamWarehousePO, "").paid = ""
	l.proforma(4, "Pro forma for the renewal of support; nothing is due on it.",
		item{name: "Premier support, databases", text: "CSI 44820137, four quarters", quantity: "4", price: "8990.00", unit: unitPiece})
}
