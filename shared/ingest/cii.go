package ingest

import (
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ciiRoot and ciiSpace name the one document of UN/CEFACT that is read: the
// Cross Industry Invoice (D16B and later), as EN 16931, XRechnung and Factur-X
// use it.
const (
	ciiRoot  = "CrossIndustryInvoice"
	ciiSpace = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
)

// dueOfCII is where a Cross Industry Invoice states its due date.
const dueOfCII = "SpecifiedTradePaymentTerms/DueDateDateTime"

// ciiDocument reads a Cross Industry Invoice. One that says the same as a UBL
// invoice gives the same record: the two are syntaxes of one model (EN 16931).
func (r *reading) ciiDocument(root *node, o center.ImportOptions) *center.Document {
	paper, trade := root.first("rsm:ExchangedDocument"), root.first("rsm:SupplyChainTradeTransaction")
	agreement, settlement := trade.first("ram:ApplicableHeaderTradeAgreement"), trade.first("ram:ApplicableHeaderTradeSettlement")
	totals := settlement.first("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
	d := &center.Document{
		TypeCode:       paper.at("ram:TypeCode"),
		Number:         paper.at("ram:ID"),
		IssueDate:      r.ciiDate("issue_date", paper.first("ram:IssueDateTime")),
		TaxCurrency:    settlement.at("ram:TaxCurrencyCode"),
		BuyerReference: agreement.at("ram:BuyerReference"),
		OrderRef:       agreement.at("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
		ContractRefs:   agreement.texts("ram:ContractReferencedDocument/ram:IssuerAssignedID"),
		Supplier:       ciiParty(agreement.first("ram:SellerTradeParty")),
		Customer:       ciiParty(agreement.first("ram:BuyerTradeParty")),
		Totals:         ciiTotals(totals),
		PaymentMeans:   settlement.texts("ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode"),
		PaymentTerms:   settlement.texts("ram:SpecifiedTradePaymentTerms/ram:Description"),
		Notes:          ciiNotes(paper),
		Attachments:    ciiAttachments(agreement),
	}
	d.Kind = kindByTypeCode(center.KindInvoice, d.TypeCode)
	d.Currency = r.setCurrency(firstText(settlement.at("ram:InvoiceCurrencyCode"), o.Currency))
	if d.Kind != center.KindCreditNote {
		if d.DueDate = r.ciiDate("due_date", settlement.first("ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime")); d.DueDate != "" {
			d.DueSource = dueOfCII
		}
	}
	d.Totals.Tax = r.ciiTax(totals)
	for _, n := range settlement.all("ram:ApplicableTradeTax") {
		d.Taxes = append(d.Taxes, center.Tax{
			Category: n.at("ram:CategoryCode"), Scheme: n.at("ram:TypeCode"), Rate: center.Decimal(n.at("ram:RateApplicablePercent")),
			Taxable: center.Decimal(n.at("ram:BasisAmount")), Tax: center.Decimal(n.at("ram:CalculatedAmount")),
		})
	}
	for _, n := range settlement.all("ram:InvoiceReferencedDocument") {
		if number := n.at("ram:IssuerAssignedID"); number != "" {
			d.Preceding = append(d.Preceding, center.Preceding{Number: number,
				IssueDate: r.ciiDate("preceding.issue_date", n.first("ram:FormattedIssueDateTime"))})
		}
	}
	for _, n := range settlement.all("ram:SpecifiedTradeAllowanceCharge") {
		d.Allowances = append(d.Allowances, center.Allowance{
			Charge: n.at("ram:ChargeIndicator/udt:Indicator") == "true",
			Reason: n.at("ram:Reason"),
			Amount: center.Decimal(n.at("ram:ActualAmount")),
		})
	}
	for _, n := range trade.all("ram:IncludedSupplyChainTradeLineItem") {
		d.Lines = append(d.Lines, r.ciiLine(n))
	}
	r.attachments(d.Attachments)
	r.finishDocument(d)
	return d
}

// ciiDate reads the date inside an element: yyyymmdd where its format is 102,
// which is the only one EN 16931 has, else as yyyy-mm-dd.
func (r *reading) ciiDate(field string, n *node) center.Date {
	const day = len("yyyymmdd")
	text := n.at("udt:DateTimeString", "qdt:DateTimeString", "udt:DateTime")
	if len(text) >= day && !strings.Contains(text[:day], "-") {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:day]
	}
	return r.date(field, text)
}

// ciiNotes are the notes of the document. A subject stands before its note as
// UBL has it, #ADU#text.
func ciiNotes(paper *node) []string {
	var notes []string
	for _, n := range paper.all("ram:IncludedNote") {
		text, subject := n.at("ram:Content"), n.at("ram:SubjectCode")
		if subject != "" {
			text = "#" + subject + "#" + text
		}
		if text != "" {
			notes = append(notes, text)
		}
	}
	return notes
}

// Schemes of the numbers a tax office gives.
const (
	ciiVAT      = "VA"
	ciiTaxOther = "FC"
)

func ciiParty(p *node) center.Party {
	party := center.Party{
		Name:        p.at("ram:Name"),
		TradingName: p.at("ram:SpecifiedLegalOrganization/ram:TradingBusinessName"),
		Address:     ciiAddress(p.first("ram:PostalTradeAddress")),
		Contact:     p.at("ram:DefinedTradeContact/ram:PersonName", "ram:DefinedTradeContact/ram:DepartmentName"),
		Phone:       p.at("ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
	}
	addID := func(n *node, id center.PartyID) {
		if n.text != "" {
			id.Scheme, id.Value = n.attr("schemeID"), n.text
			party.IDs = append(party.IDs, id)
		}
	}
	for _, n := range append(p.all("ram:ID"), p.all("ram:GlobalID")...) {
		addID(n, center.PartyID{})
	}
	var mail []string
	for _, n := range p.all("ram:URIUniversalCommunication/ram:URIID") {
		if strings.EqualFold(n.attr("schemeID"), channelMail) {
			mail = append(mail, n.text)
		} else {
			addID(n, center.PartyID{Endpoint: true})
		}
	}
	for _, n := range p.all("ram:SpecifiedLegalOrganization/ram:ID") {
		addID(n, center.PartyID{Legal: true})
	}
	other := ""
	for _, n := range p.all("ram:SpecifiedTaxRegistration/ram:ID") {
		switch scheme := n.attr("schemeID"); {
		case scheme == ciiVAT && party.VAT == "":
			party.VAT = n.text
		case scheme == ciiTaxOther && other == "":
			other = n.text
		}
	}
	party.VAT = firstText(party.VAT, other)
	party.Emails = addEmails(party.Emails, p.texts("ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID"))
	for _, address := range mail {
		if address != "" {
			party.Emails = addEmails(party.Emails, []string{address})
		}
	}
	return party
}

func ciiAddress(n *node) *center.Address {
	a := center.Address{
		Street:   n.at("ram:LineOne"),
		Street2:  n.at("ram:LineTwo"),
		City:     n.at("ram:CityName"),
		Postcode: n.at("ram:PostcodeCode"),
		Region:   n.at("ram:CountrySubDivisionName"),
		Country:  n.at("ram:CountryID"),
	}
	if a == (center.Address{}) {
		return nil
	}
	return &a
}

func ciiTotals(n *node) center.Totals {
	amount := func(name string) center.Decimal { return center.Decimal(n.at("ram:" + name)) }
	return center.Totals{
		LineTotal:      amount("LineTotalAmount"),
		AllowanceTotal: amount("AllowanceTotalAmount"),
		ChargeTotal:    amount("ChargeTotalAmount"),
		TaxExclusive:   amount("TaxBasisTotalAmount"),
		TaxInclusive:   amount("GrandTotalAmount"),
		Prepaid:        amount("TotalPrepaidAmount"),
		Rounding:       amount("RoundingAmount"),
		Payable:        amount("DuePayableAmount"),
	}
}

// ciiTax is the tax in the document's currency; the same tax may stand beside
// it in the accounting currency. Where both are one currency, the first counts.
func (r *reading) ciiTax(totals *node) center.Decimal {
	for _, n := range totals.all("ram:TaxTotalAmount") {
		if c := n.attr("currencyID"); c == "" || money.Code(c) == r.currency {
			return center.Decimal(n.text)
		}
	}
	return ""
}

func (r *reading) ciiLine(n *node) center.Line {
	product, agreement := n.first("ram:SpecifiedTradeProduct"), n.first("ram:SpecifiedLineTradeAgreement")
	settlement := n.first("ram:SpecifiedLineTradeSettlement")
	quantity, price := n.first("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"), agreement.first("ram:NetPriceProductTradePrice")
	return center.Line{
		ID:           n.at("ram:AssociatedDocumentLineDocument/ram:LineID"),
		Name:         product.at("ram:Name"),
		Description:  strings.Join(product.texts("ram:Description"), "\n"),
		Quantity:     center.Decimal(n.at("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity")),
		Unit:         quantity.attr("unitCode"),
		UnitPrice:    center.Decimal(price.at("ram:ChargeAmount")),
		BaseQuantity: center.Decimal(price.at("ram:BasisQuantity")),
		Net:          center.Decimal(settlement.at("ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount")),
		TaxCategory:  settlement.at("ram:ApplicableTradeTax/ram:CategoryCode"),
		TaxRate:      center.Decimal(settlement.at("ram:ApplicableTradeTax/ram:RateApplicablePercent")),
		Period:       r.ciiPeriod(settlement.first("ram:BillingSpecifiedPeriod")),
		OrderLine:    agreement.at("ram:BuyerOrderReferencedDocument/ram:LineID"),
	}
}

func (r *reading) ciiPeriod(n *node) *center.Period {
	p := center.Period{
		Start: r.ciiDate("period.start", n.first("ram:StartDateTime")),
		End:   r.ciiDate("period.end", n.first("ram:EndDateTime")),
	}
	if p == (center.Period{}) {
		return nil
	}
	return &p
}

func ciiAttachments(agreement *node) []center.Attachment {
	var list []center.Attachment
	for _, ref := range agreement.all("ram:AdditionalReferencedDocument") {
		for _, n := range ref.all("ram:AttachmentBinaryObject") {
			list = append(list, attachmentIn(n, ref.at("ram:IssuerAssignedID")))
		}
	}
	return list
}
