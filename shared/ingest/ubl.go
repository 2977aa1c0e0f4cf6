package ingest

import (
	"encoding/base64"
	"errors"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ublSchema starts the namespace of every UBL 2 document; the root's name and
// the major version follow.
const ublSchema = "urn:oasis:names:specification:ubl:schema:xsd:"

// readXML reads one XML file: a document of a root we know, or a refusal.
func readXML(s source, o center.ImportOptions) center.Record {
	root, err := parseXML(s.Data)
	switch {
	case errors.Is(err, errDoctype):
		return rejected(s, 0, center.CodeDoctypeForbidden, "", "Documents with a DOCTYPE are not accepted.")
	case err != nil:
		return rejected(s, 0, center.CodeNotXML, "", "The file is not XML we can read: "+shorten(err.Error(), maxNumber)+".")
	}
	r := &reading{rounding: money.Rounding(o.Rounding)}
	if root.unreadable() {
		r.warn(center.WarnUnreadableChars, "", "Some characters could not be read in the file's encoding.")
	}
	var rec center.Record
	switch kind := root.name; {
	case root.space == ciiSpace && kind == "rsm:"+ciiRoot:
		d := r.ciiDocument(root, o)
		d.Source = s.of(formatCII)
		rec = center.Record{Kind: d.Kind, Number: d.Number, Document: d}
	case root.space != ublSchema+kind+"-2":
		r.refuse(center.CodeUnsupportedDocument, "", "%s is not a document we know.", quote(kind))
	case kind == "Invoice", kind == "CreditNote", kind == "DebitNote":
		d := r.ublDocument(root, o)
		d.Source = s.of(formatUBL)
		rec = center.Record{Kind: d.Kind, Number: d.Number, Document: d}
	case kind == "Order", kind == "Quotation":
		order := r.ublOrder(root, o)
		order.Source = s.of(formatUBL)
		rec = center.Record{Kind: order.Kind, Number: order.Number, Order: order}
	case eventKinds[kind] != "":
		e := r.ublOrderEvent(root, eventKinds[kind], o)
		e.Source = s.of(formatUBL)
		rec = center.Record{Kind: e.Kind, Number: e.Number, Event: e}
	case ublRecords[kind] != nil:
		other := ublRecords[kind](r, root, o)
		rec = center.Record{Kind: other.Kind, Number: other.ID, Other: other}
	default:
		r.refuse(center.CodeUnsupportedDocument, "", "UBL %s is not supported.", kind)
	}
	return r.record(s, 0, rec)
}

// ublParty reads a …Party wrapper (AccountingCustomerParty and its likes); what
// is absent leaves its field empty.
func ublParty(wrapper *node) center.Party { return ublPartyIn(wrapper.first("cac:Party"), wrapper) }

// ublPartyIn reads the party p; wrapper holds contacts that stand beside it.
func ublPartyIn(p, wrapper *node) center.Party {
	party := center.Party{
		Name:        p.at("cac:PartyLegalEntity/cbc:RegistrationName", "cac:PartyName/cbc:Name"),
		TradingName: p.at("cac:PartyName/cbc:Name"),
		VAT:         ublVAT(p),
		Address:     ublAddress(p.first("cac:PostalAddress")),
		Contact:     p.at("cac:Contact/cbc:Name"),
		Phone:       p.at("cac:Contact/cbc:Telephone"),
	}
	addID := func(n *node, id center.PartyID) {
		if n.text != "" {
			id.Scheme, id.Value = n.attr("schemeID"), n.text
			party.IDs = append(party.IDs, id)
		}
	}
	for _, n := range p.all("cac:PartyIdentification/cbc:ID") {
		addID(n, center.PartyID{})
	}
	endpoint := p.first("cbc:EndpointID")
	isMail := strings.EqualFold(endpoint.attr("schemeID"), "EM")
	if endpoint != nil && !isMail {
		addID(endpoint, center.PartyID{Endpoint: true})
	}
	for _, n := range p.all("cac:PartyLegalEntity/cbc:CompanyID") {
		addID(n, center.PartyID{Legal: true})
	}
	party.Emails = addEmails(party.Emails, p.texts("cac:Contact/cbc:ElectronicMail"))
	for _, other := range p.all("cac:Contact/cac:OtherCommunication") {
		if other.at("cbc:ChannelCode") == channelMail {
			party.Emails = addEmails(party.Emails, other.texts("cbc:Value"))
		}
	}
	for _, contact := range []string{"cac:AccountingContact", "cac:DeliveryContact", "cac:BuyerContact"} {
		party.Emails = addEmails(party.Emails, wrapper.texts(contact+"/cbc:ElectronicMail"))
	}
	if isMail && endpoint.text != "" {
		party.Emails = addEmails(party.Emails, []string{endpoint.text})
	}
	return party
}

// channelMail is mail among the other ways to reach a contact (UNTDID 3155).
const channelMail = "EM"

// ublVAT prefers a number that is said to be for VAT over one of another tax.
func ublVAT(p *node) string {
	for _, scheme := range p.all("cac:PartyTaxScheme") {
		if id := scheme.at("cbc:CompanyID"); id != "" && scheme.at("cac:TaxScheme/cbc:ID") == "VAT" {
			return id
		}
	}
	return p.at("cac:PartyTaxScheme/cbc:CompanyID")
}

func ublAddress(n *node) *center.Address {
	a := center.Address{
		Street:   n.at("cbc:StreetName"),
		Street2:  n.at("cbc:AdditionalStreetName"),
		Building: n.at("cbc:BuildingNumber"),
		District: n.at("cbc:CitySubdivisionName"),
		City:     n.at("cbc:CityName"),
		Postcode: n.at("cbc:PostalZone"),
		Region:   n.at("cbc:CountrySubentity"),
		Country:  n.at("cac:Country/cbc:IdentificationCode"),
	}
	if a == (center.Address{}) {
		return nil
	}
	return &a
}

// addEmails appends addresses not yet in the list, up to the limit; upper and
// lower case make no second address.
func addEmails(list, more []string) []string {
next:
	for _, e := range more {
		if len(list) == maxPeople {
			break
		}
		for _, have := range list {
			if strings.EqualFold(have, e) {
				continue next
			}
		}
		list = append(list, e)
	}
	return list
}

// ublTotals reads a monetary total; its tax stands elsewhere.
func ublTotals(n *node) center.Totals {
	amount := func(name string) center.Decimal { return center.Decimal(n.at("cbc:" + name)) }
	return center.Totals{
		LineTotal:      amount("LineExtensionAmount"),
		AllowanceTotal: amount("AllowanceTotalAmount"),
		ChargeTotal:    amount("ChargeTotalAmount"),
		TaxExclusive:   amount("TaxExclusiveAmount"),
		TaxInclusive:   amount("TaxInclusiveAmount"),
		Prepaid:        amount("PrepaidAmount"),
		Rounding:       amount("PayableRoundingAmount"),
		Payable:        amount("PayableAmount"),
	}
}

// ublTax adds up the taxes of a document. A document may state the same tax
// twice, in its own and in the accounting currency (and both may be one
// currency): totals with a breakdown count; without any, all do.
func (r *reading) ublTax(root *node) (tax center.Decimal, groups []center.Tax) {
	var totals, brokenDown []*node
	for _, n := range root.all("cac:TaxTotal") {
		if c := n.first("cbc:TaxAmount").attr("currencyID"); c != "" && c != string(r.currency) {
			continue
		}
		totals = append(totals, n)
		if n.first("cac:TaxSubtotal") != nil {
			brokenDown = append(brokenDown, n)
		}
	}
	if len(brokenDown) > 0 {
		totals = brokenDown
	}
	sum := ledger{currency: r.currency}
	for _, n := range totals {
		amount := r.amount("totals.tax", center.Decimal(n.at("cbc:TaxAmount")))
		sum.add(amount)
		for _, sub := range n.all("cac:TaxSubtotal") {
			category := sub.first("cac:TaxCategory")
			groups = append(groups, center.Tax{
				Category: category.at("cbc:ID"),
				Scheme:   category.at("cac:TaxScheme/cbc:ID"),
				Rate:     center.Decimal(firstText(category.at("cbc:Percent"), sub.at("cbc:Percent"))),
				Taxable:  center.Decimal(sub.at("cbc:TaxableAmount")),
				Tax:      center.Decimal(sub.at("cbc:TaxAmount")),
			})
		}
	}
	if sum.failed {
		r.refuse(center.CodeBadAmount, "totals.tax", "The taxes add up to more than can be counted.")
	}
	if len(totals) == 0 || r.fault != nil {
		return "", groups
	}
	return center.Decimal(money.Money{Minor: sum.total.Minor, Currency: r.currency}.Decimal()), groups
}

// ublLine reads one line (or an order's LineItem); quantity is the name of its
// quantity element.
func (r *reading) ublLine(n *node, quantity string) center.Line {
	item, category := n.first("cac:Item"), n.first("cac:Item/cac:ClassifiedTaxCategory")
	if category == nil {
		category = n.first("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory")
	}
	return center.Line{
		ID:           n.at("cbc:ID"),
		Name:         item.at("cbc:Name"),
		Description:  strings.Join(item.texts("cbc:Description"), "\n"),
		Quantity:     center.Decimal(n.at("cbc:" + quantity)),
		Unit:         n.first("cbc:" + quantity).attr("unitCode"),
		UnitPrice:    center.Decimal(n.at("cac:Price/cbc:PriceAmount")),
		BaseQuantity: center.Decimal(n.at("cac:Price/cbc:BaseQuantity")),
		Net:          center.Decimal(n.at("cbc:LineExtensionAmount")),
		TaxCategory:  category.at("cbc:ID"),
		TaxRate:      center.Decimal(category.at("cbc:Percent")),
		Period:       r.ublPeriod(n.first("cac:InvoicePeriod")),
		OrderLine:    n.at("cac:OrderLineReference/cbc:LineID"),
	}
}

func (r *reading) ublPeriod(n *node) *center.Period {
	p := center.Period{
		Start: r.date("period.start", n.at("cbc:StartDate")),
		End:   r.date("period.end", n.at("cbc:EndDate")),
	}
	if p == (center.Period{}) {
		return nil
	}
	return &p
}

// ublAttachments describes the files inside a document; links to files
// elsewhere are not followed and not kept.
func ublAttachments(root *node) []center.Attachment {
	var list []center.Attachment
	for _, ref := range root.all("cac:AdditionalDocumentReference") {
		for _, n := range ref.all("cac:Attachment/cbc:EmbeddedDocumentBinaryObject") {
			list = append(list, attachmentIn(n, ref.at("cbc:ID")))
		}
	}
	return list
}

// attachmentIn reads a file that stands in an element as base64.
func attachmentIn(n *node, id string) center.Attachment {
	a := center.Attachment{ID: id, Filename: n.attr("filename"), Mime: n.attr("mimeCode"), Bytes: decodedSize(n.text)}
	if a.Bytes <= maxAttached {
		packed := strings.TrimRight(strings.Join(strings.Fields(n.text), ""), "=")
		a.Content, _ = base64.RawStdEncoding.DecodeString(packed) // what is no base64 is dropped, with a warning
	}
	return a
}

// decodedSize is the number of bytes base64 text stands for, white space aside.
func decodedSize(text string) int {
	packed := strings.Join(strings.Fields(text), "")
	return base64.RawStdEncoding.DecodedLen(len(strings.TrimRight(packed, "=")))
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
