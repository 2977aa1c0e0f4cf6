package ingest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// crossIndustry is an invoice as UN/CEFACT has it, with a prefix nobody else
// uses.
const crossIndustry = `<?xml version="1.0"?><x:CrossIndustryInvoice xmlns:x="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
 xmlns:qdt="urn:un:unece:uncefact:data:standard:QualifiedDataType:100">
<x:ExchangedDocument><ram:ID>R-1</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">20260105</udt:DateTimeString></ram:IssueDateTime>
<ram:IncludedNote><ram:Content>Danke</ram:Content><ram:SubjectCode>ADU</ram:SubjectCode></ram:IncludedNote></x:ExchangedDocument>
<x:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:Name>Kran</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>10</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="DAY">2</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>20</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Bau AG</ram:Name><ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">12/3</ram:ID></ram:SpecifiedTaxRegistration>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE1</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:ID>B1</ram:ID><ram:Name>Stadt</ram:Name><ram:URIUniversalCommunication><ram:URIID schemeID="EM">rechnung@stadt.example</ram:URIID></ram:URIUniversalCommunication></ram:BuyerTradeParty>
<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>plan</ram:IssuerAssignedID><ram:AttachmentBinaryObject mimeCode="text/csv" filename="plan.csv">YSxiCg==</ram:AttachmentBinaryObject></ram:AdditionalReferencedDocument></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:TaxCurrencyCode>PLN</ram:TaxCurrencyCode><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:ApplicableTradeTax><ram:CalculatedAmount>3.8</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>20</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20260204</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>20</ram:LineTotalAmount><ram:TaxBasisTotalAmount>20</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="PLN">16.2</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="EUR">3.8</ram:TaxTotalAmount><ram:GrandTotalAmount>23.8</ram:GrandTotalAmount><ram:DuePayableAmount>23.8</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>R-0</ram:IssuerAssignedID><ram:FormattedIssueDateTime><qdt:DateTimeString format="102">20251231</qdt:DateTimeString></ram:FormattedIssueDateTime></ram:InvoiceReferencedDocument>
</ram:ApplicableHeaderTradeSettlement></x:SupplyChainTradeTransaction></x:CrossIndustryInvoice>`

func TestACrossIndustryInvoiceReadsAsItsRecord(t *testing.T) {
	recs := readAll(t, []ingest.File{{Name: "f.xml", Data: []byte(crossIndustry)}}, "", center.ImportOptions{})
	if len(recs) != 1 || recs[0].Document == nil || len(recs[0].Warnings) != 0 {
		t.Fatalf("%+v", recs)
	}
	got := *recs[0].Document
	got.Source = center.Source{}
	want := center.Document{
		Kind: center.KindInvoice, TypeCode: "380", Number: "R-1", IssueDate: "2026-01-05", DueDate: "2026-02-04", DueSource: "SpecifiedTradePaymentTerms/DueDateDateTime",
		Currency: "EUR", TaxCurrency: "PLN", Preceding: []center.Preceding{{Number: "R-0", IssueDate: "2025-12-31"}},
		Supplier:    center.Party{Name: "Bau AG", VAT: "DE1"},
		Customer:    center.Party{Name: "Stadt", IDs: []center.PartyID{{Value: "B1"}}, Emails: []string{"rechnung@stadt.example"}},
		Lines:       []center.Line{{ID: "1", Name: "Kran", Quantity: "2", Unit: "DAY", UnitPrice: "10", Net: "20.00", TaxCategory: "S", TaxRate: "19"}},
		Taxes:       []center.Tax{{Category: "S", Scheme: "VAT", Rate: "19", Taxable: "20.00", Tax: "3.80"}},
		Totals:      center.Totals{LineTotal: "20.00", TaxExclusive: "20.00", Tax: "3.80", TaxInclusive: "23.80", Payable: "23.80"},
		Notes:       []string{"#ADU#Danke"},
		Attachments: []center.Attachment{{ID: "plan", Filename: "plan.csv", Mime: "text/csv", Bytes: 4, Content: []byte("a,b\n")}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	credit := readAll(t, []ingest.File{{Name: "f.xml", Data: []byte(strings.Replace(crossIndustry, ">380<", ">381<", 1))}}, "", center.ImportOptions{})[0].Document
	if credit.Kind != center.KindCreditNote || credit.DueDate != "" {
		t.Errorf("%+v", credit)
	}
}
