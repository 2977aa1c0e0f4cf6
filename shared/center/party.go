package center

import (
	"cmp"
	"strings"
)

// KeySource says what identifies an account, strongest first.
type KeySource string

// The sources. Numbers such as a GLN are none: real orders give buyer and
// seller the same one.
const (
	KeyByCustomer KeySource = "customer" // the vendor's own key of the customer
	KeyByVAT      KeySource = "vat"
	KeyByLegalID  KeySource = "legal"
	KeyByName     KeySource = "name" // scoped to the vendor; contacts wait for an operator
	KeyUnassigned KeySource = "unassigned"
)

// AccountKey is what the vendor's documents know an account by.
type AccountKey struct {
	Value  string
	Source KeySource
}

// ID is the account's id; keys that differ in case and blanks only are one.
func (k AccountKey) ID() AccountID { return AccountIDOf(k.Value) }

// NameOnly reports that nothing but a name tells this account from others, so
// that the contacts of its orders must be accepted by an operator.
func (k AccountKey) NameOnly() bool { return k.startsWith(nameKeyPrefix) }

// Unassigned reports that the key is of papers that name no customer, whoever
// says it: no contact can enter such an account.
func (k AccountKey) Unassigned() bool { return k.startsWith(unassignedKeyPrefix) }

// startsWith looks at the key as ID does.
func (k AccountKey) startsWith(prefix string) bool {
	return strings.HasPrefix(foldSpaceless(k.Value), prefix)
}

const (
	nameKeyPrefix       = "name:"
	unassignedKeyPrefix = "unassigned:"
	maxKey              = 190 // bytes, so that a record may carry any key
)

// keyOf keeps keys short: a longer one ends in its own hash.
func keyOf(value string, source KeySource) AccountKey {
	if value = strings.TrimSpace(value); len(value) > maxKey {
		hash := idOf(value)
		value = strings.ToValidUTF8(value[:maxKey-len(hash)-1], "") + "~" + hash
	}
	return AccountKey{value, source}
}

// Key is the account of a billing paper: the customer's.
func (d *Document) Key() AccountKey {
	if strings.TrimSpace(d.CustomerKey) != "" {
		return keyOf(d.CustomerKey, KeyByCustomer)
	}
	return AccountKeyOf(d.Customer, d.Supplier)
}

// Issuer is who numbers the paper: the supplier.
func (d *Document) Issuer() string { return IssuerKey(d.Supplier) }

// Payer is the party an order is billed to: its accounting customer, else its
// buyer. A quotation that names neither is for whoever asked for it.
func (o *Order) Payer() Party {
	switch {
	case o.Accounting != nil && !o.Accounting.isEmpty():
		return *o.Accounting
	case o.Kind == KindQuotation && o.Buyer.isEmpty() && o.Originator != nil:
		return *o.Originator
	default:
		return o.Buyer
	}
}

// Key is the account of an order: its payer's.
func (o *Order) Key() AccountKey {
	if strings.TrimSpace(o.CustomerKey) != "" {
		return keyOf(o.CustomerKey, KeyByCustomer)
	}
	return AccountKeyOf(o.Payer(), o.Seller)
}

// Issuer is who numbers the paper: the buyer, of a quotation the seller.
func (o *Order) Issuer() string {
	if o.Kind == KindQuotation {
		return IssuerKey(o.Seller)
	}
	return IssuerKey(o.Buyer)
}

// AccountKeyOf tells which account a customer is to the vendor: by VAT id,
// else legal id, else by name, country and vendor.
func AccountKeyOf(customer, vendor Party) AccountKey {
	if vat := customer.vatKey(); vat != "" {
		return keyOf(vat, KeyByVAT)
	}
	if legal := customer.legalKey(); legal != "" {
		return keyOf(legal, KeyByLegalID)
	}
	issuer := IssuerKey(vendor)
	if name := foldName(customer.anyName()); name != "" {
		return keyOf(nameKeyPrefix+issuer+"/"+name+"/"+customer.country(), KeyByName)
	}
	return keyOf(unassignedKeyPrefix+issuer, KeyUnassigned)
}

// IssuerKey identifies who numbers a paper: VAT id, else legal id, else name,
// without blanks and case-folded; "" for a party that says nothing.
func IssuerKey(p Party) string {
	if p.VAT != "" {
		return foldSpaceless(p.VAT)
	}
	if id, ok := p.legalID(); ok {
		return foldSpaceless(id.Value)
	}
	return foldSpaceless(p.anyName())
}

// IdentityOf is what makes a paper itself: issuer, kind and number, without
// blanks and case-folded, with bars between them. Leading zeros belong to the
// number.
func IdentityOf(issuer string, kind DocumentKind, number string) string {
	return barless.Replace(foldSpaceless(issuer)) + "|" + string(kind) + "|" + barless.Replace(foldSpaceless(number))
}

// barless keeps the bars between the parts of an identity to themselves. It is
// built once, as all replacers are: building takes longer than replacing.
var barless = strings.NewReplacer("%", "%25", "|", "%7c")

// Identity is the paper's identity, across accounts.
func (d *Document) Identity() string { return IdentityOf(d.Issuer(), d.Kind, d.Number) }

// Identity is the order's identity, across accounts.
func (o *Order) Identity() string {
	return IdentityOf(o.Issuer(), cmp.Or(o.Kind, KindOrder), o.Number)
}

// AccountIDOf is the id of the account of that key.
func AccountIDOf(key string) AccountID { return AccountID(idOf(foldSpaceless(key))) }

// InvoiceIDOf is the id of a billing paper.
func InvoiceIDOf(account AccountID, issuer string, kind DocumentKind, number string) InvoiceID {
	return InvoiceID("inv_" + idOf(string(account), IdentityOf(issuer, kind, number)))
}

// OrderIDOf is the id of an order, or of a quotation.
func OrderIDOf(account AccountID, o *Order) OrderID {
	return OrderID("ord_" + idOf(string(account), o.Identity()))
}

// ContactIDOf is the id of the contact of that address, which is normalised
// first; "" for what is no address.
func ContactIDOf(email string) ContactID {
	address, ok := NormalizeEmail(email)
	if !ok {
		return ""
	}
	return ContactID(idOf(address))
}

// vatKey is the VAT id in capitals without blanks. Ids without their country's
// letters repeat between countries, so the country of the address is put in
// front where one is known.
func (p Party) vatKey() string {
	vat := strings.ToUpper(foldSpaceless(p.VAT))
	if vat == "" {
		return ""
	}
	if c := vat[0]; c >= '0' && c <= '9' {
		return p.country() + vat
	}
	return vat
}

func (p Party) legalKey() string {
	id, ok := p.legalID()
	if !ok {
		return ""
	}
	var parts []string
	for _, part := range []string{p.country(), id.Scheme, id.Value} {
		if part = strings.ToUpper(foldSpaceless(part)); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ":")
}

// glnSchemes are the names under which documents carry a GLN.
var glnSchemes = map[string]bool{"0088": true, "gln": true, "eanloccod": true}

func (p Party) legalID() (PartyID, bool) {
	for _, id := range p.IDs {
		if id.Legal && foldSpaceless(id.Value) != "" && !glnSchemes[foldSpaceless(id.Scheme)] {
			return id, true
		}
	}
	return PartyID{}, false
}

func (p Party) anyName() string {
	if p.Name != "" {
		return p.Name
	}
	return p.TradingName
}

func (p Party) country() string {
	if p.Address == nil {
		return ""
	}
	return strings.ToUpper(foldSpaceless(p.Address.Country))
}

func (p Party) isEmpty() bool {
	return p.VAT == "" && len(p.IDs) == 0 && p.anyName() == ""
}
