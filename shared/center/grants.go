package center

import (
	"slices"
	"strings"
	"time"
)

// ReviewReason says why a person named on a paper was not let in.
type ReviewReason string

// The reasons.
const (
	ReviewSellers     ReviewReason = "sellers_person"     // looks like the seller's own
	ReviewNameOnly    ReviewReason = "name_only"          // nothing but a name tells the account from others
	ReviewOnInvoice   ReviewReason = "named_on_invoice"   // invoices grant nothing
	ReviewOnQuotation ReviewReason = "named_on_quotation" // offers grant nothing
	ReviewBadAddress  ReviewReason = "bad_address"        // no mail can be sent there
)

// ReviewContact is a person an operator may accept: what Grant says is what
// would be given.
type ReviewContact struct {
	Email  string // as the paper shows it
	Name   string
	Grant  Grant
	Reason ReviewReason
}

// ContactGrant lets a contact in. Email is as the paper shows it; its
// normalised form is the identity.
type ContactGrant struct {
	Email string
	Name  string
	Grant Grant
}

// OrderBooking is what booking an order knows beside the order itself.
type OrderBooking struct {
	ID         OrderID
	NameOnly   bool // AccountKey.NameOnly
	FirstOrder bool // no order of the account was booked before
	By         string
	At         time.Time
}

// grantSourceOrder stands before the id of the order in Grant.Source.
const grantSourceOrder = "order:"

// Sources of grants that name no order.
const (
	GrantSourceImport   = "import"
	GrantSourceOperator = "operator"
)

// GrantsOf tells who may enter an account because of an order, and who waits
// for an operator. Ordering and technical people become purchasing contacts of
// that order, financial ones payables contacts of the account; people of the
// seller and of the delivery get nothing. A technical contact (the originator)
// who looks like the seller's goes to review, and so does everyone of an
// account known by name only. The account's first order makes its first
// payables contact primary beside that, or, where it names none, its first
// purchasing contact. A person named twice in one role counts once.
func GrantsOf(o *Order, b OrderBooking) (grants []ContactGrant, review []ReviewContact) {
	seen := map[string]bool{}
	for _, person := range o.Contacts {
		grant, ok := b.grantFor(person.Role)
		if !ok {
			continue
		}
		grant.Number = o.Number
		address, valid := NormalizeEmail(person.Email)
		inRole := string(grant.Type) + " " + address
		if valid && seen[inRole] {
			continue
		}
		seen[inRole] = true
		reason := reviewReason(o, b, person, valid)
		if reason != "" {
			review = append(review, ReviewContact{person.Email, person.Name, grant, reason})
			continue
		}
		grants = append(grants, ContactGrant{person.Email, person.Name, grant})
	}
	if b.FirstOrder {
		grants = withPrimary(grants)
	}
	return grants, review
}

func (b OrderBooking) grantFor(role ContactRole) (Grant, bool) {
	g := Grant{Source: grantSourceOrder + string(b.ID), By: b.By, At: b.At}
	switch role {
	case RoleOrdering, RoleTechnical:
		g.Type, g.Orders, g.Scoped = ContactPurchasing, []OrderID{b.ID}, true
	case RoleFinancial:
		g.Type = ContactPayables
	default:
		return Grant{}, false
	}
	return g, true
}

func reviewReason(o *Order, b OrderBooking, person OrderContact, valid bool) ReviewReason {
	switch {
	case !valid:
		return ReviewBadAddress
	case person.Role == RoleTechnical && looksLikeSellers(o, person):
		return ReviewSellers
	case b.NameOnly:
		return ReviewNameOnly
	default:
		return ""
	}
}

// looksLikeSellers compares the originator with the seller: name, VAT id,
// e-mail domain, or one of the seller's own people.
func looksLikeSellers(o *Order, person OrderContact) bool {
	if p := o.Originator; p != nil {
		sameName := foldName(p.anyName()) != "" && foldName(p.anyName()) == foldName(o.Seller.anyName())
		sameVAT := p.VAT != "" && p.vatKey() == o.Seller.vatKey()
		if sameName || sameVAT {
			return true
		}
	}
	domain := EmailDomain(person.Email)
	sellers := slices.Clone(o.Seller.Emails)
	for _, other := range o.Contacts {
		if other.Role == RoleSeller {
			sellers = append(sellers, other.Email)
		}
	}
	return slices.ContainsFunc(sellers, func(email string) bool { return EmailDomain(email) == domain && domain != "" })
}

// withPrimary adds the grant that makes the first payables contact, else the
// first purchasing contact, primary.
func withPrimary(grants []ContactGrant) []ContactGrant {
	for _, t := range [...]ContactType{ContactPayables, ContactPurchasing} {
		at := slices.IndexFunc(grants, func(g ContactGrant) bool { return g.Grant.Type == t })
		if at < 0 {
			continue
		}
		primary := grants[at]
		primary.Grant.Type, primary.Grant.Orders, primary.Grant.Scoped = ContactPrimary, nil, false
		return append(grants, primary)
	}
	return grants
}

// ReviewOf lists the customer's people named on a billing paper: they may be
// accepted as payables contacts, and are let in by nothing here.
func ReviewOf(d *Document, by string, at time.Time) []ReviewContact {
	var review []ReviewContact
	for _, email := range d.Customer.Emails {
		address, ok := NormalizeEmail(email)
		known := func(r ReviewContact) bool { other, _ := NormalizeEmail(r.Email); return other == address }
		if !ok || slices.ContainsFunc(review, known) {
			continue
		}
		grant := Grant{Type: ContactPayables, Source: GrantSourceImport, By: by, At: at}
		review = append(review, ReviewContact{email, d.Customer.Contact, grant, ReviewOnInvoice})
	}
	return review
}

// Grant is what a contact record gives: its type, over the whole account.
// Unprocessable when the type or the address is none.
func (r *ContactRecord) Grant(by string, at time.Time) (ContactGrant, error) {
	if _, ok := NormalizeEmail(r.Email); !ok {
		return ContactGrant{}, Errorf(Unprocessable, string(CodeBadRecord), "%q is not an e-mail address that mail can reach.", r.Email)
	}
	if !slices.Contains(AccountTypes(), r.Type) {
		return ContactGrant{}, Errorf(Unprocessable, string(CodeBadRecord), "%q is not a contact type; these are: %s.", r.Type, joinTypes(AccountTypes()))
	}
	source := r.Source
	if source == "" {
		source = GrantSourceImport
	}
	return ContactGrant{r.Email, r.Name, Grant{Type: r.Type, Source: source, By: by, At: at}}, nil
}

func joinTypes(types []ContactType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}
