// Package demo makes the accounts that a fresh system shows: three customers of
// an invented vendor with two years of papers, people of every contact type,
// contracts, subscriptions and usage, in the formats a vendor's ERP would send.
//
// It knows nothing of how files are imported or stored. Everything is reckoned
// from an anchor day, so that it never grows old, and the same anchor always
// gives the same bytes.
package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
)

// File is one file to import; Mapping says what its columns mean where it is
// CSV. Files are imported in the order Files gives them.
type File struct {
	Name    string
	Body    []byte
	Mapping []byte
}

// Person is someone to sign in as.
type Person struct {
	Email   string
	Name    string
	Account string // the account's name
	Type    center.ContactType
	Note    string
}

// The rewards of the demo: what one unit of their currency is worth in that of
// the invoices, and who lets whom use them.
const (
	RewardsCurrency  = "USD"
	InvoicesCurrency = "KWD"
	RewardsRate      = "3071/10000"
	RewardsPrimary   = "dana@bida-coast.example"
	RewardsRedeemer  = "yousef@bida-coast.example"
)

// Operator is the address of the vendor's own desk, which imports.
const Operator = "desk@northvane.example"

// Files returns the demo as it stands on the day of anchor. The error is a
// fault of the demo itself: sums beyond the range of money, or a time zone this
// machine does not know.
func Files(anchor time.Time) ([]File, error) {
	ledgers, err := ledgers(anchor)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, l := range ledgers {
		more, err := l.files()
		if err != nil {
			return nil, fmt.Errorf("demo %s: %w", l.slug, err)
		}
		files = append(files, more...)
	}
	return files, nil
}

// People lists who can sign in, account by account.
func People() []Person {
	var people []Person
	for _, c := range cast {
		for _, p := range c.people {
			people = append(people, Person{p.email, p.name, c.title, p.enters, p.note})
		}
	}
	return people
}

// customer is an account and who plays in it.
type customer struct {
	slug    string
	title   string
	account center.AccountRecord
	party   center.Party
	seller  seller
	people  []player
	play    func(*ledger)
}

// player is a person of an account and what they enter as: by the account's
// orders, or by a contact record.
type player struct {
	email, name string
	enters      center.ContactType
	byOrder     bool
	note        string
}

// cast is everyone, in the order of import.
var cast = []customer{riyadh, kuwait, rotterdam}

func ledgers(anchor time.Time) ([]*ledger, error) {
	var all []*ledger
	for i, c := range cast {
		zone, err := time.LoadLocation(c.account.TimeZone)
		if err != nil {
			return nil, fmt.Errorf("demo %s: %w", c.slug, err)
		}
		l := newLedger(c, center.Today(anchor, zone), uint64(i+1))
		c.play(l)
		l.number()
		all = append(all, l)
	}
	return all, nil
}

// files writes the ledger down: the account first, then the orders that let
// its people in, the other contacts, the papers by date, and what runs under
// the contracts.
func (l *ledger) files() ([]File, error) {
	head := jsonLines{}
	head.add(center.KindAccount, l.account)
	files := []File{{Name: l.slug + "-account.jsonl", Body: head.Bytes()}}
	for _, o := range l.orders {
		body, err := o.xml(l)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: l.slug + "-order-" + fileSafe(o.number) + ".xml", Body: body})
	}
	contacts := jsonLines{}
	for _, p := range l.people {
		if !p.byOrder {
			contacts.add(center.KindContact, center.ContactRecord{
				Account: l.account.Key, Email: p.email, Name: p.name, Type: p.enters, Locale: l.account.Locale,
			})
		}
	}
	files = append(files, File{Name: l.slug + "-contacts.jsonl", Body: contacts.Bytes()})
	papers, err := l.paperFiles()
	if err != nil {
		return nil, err
	}
	files = append(files, papers...)
	others := jsonLines{}
	for _, o := range l.offers {
		others.add("", o)
	}
	for _, r := range l.others {
		others.add(r.kind, r.fields)
	}
	files = append(files, File{Name: l.slug + "-contracts.jsonl", Body: others.Bytes()})
	for _, lines := range []*jsonLines{&head, &contacts, &others} {
		if lines.err != nil {
			return nil, lines.err
		}
	}
	return files, nil
}

func (l *ledger) paperFiles() ([]File, error) {
	papers := slices.Clone(l.papers)
	slices.SortStableFunc(papers, func(a, b *paper) int { return strings.Compare(string(a.issued), string(b.issued)) })
	var files []File
	billing, old := jsonLines{}, csvBook{}
	for _, p := range papers {
		doc, err := p.document(l)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.number, err)
		}
		switch p.format {
		case asUBL:
			body, err := billingXML(doc)
			if err != nil {
				return nil, err
			}
			files = append(files, File{Name: l.slug + "-" + fileSafe(p.number) + ".xml", Body: body})
		case asCSV:
			old.add(doc)
		default:
			billing.add("", withoutSource{Document: doc})
		}
	}
	if billing.err != nil {
		return nil, billing.err
	}
	ahead := []File{{Name: l.slug + "-billing.jsonl", Body: billing.Bytes()}}
	if len(old.rows) > 0 {
		book, err := old.file(l.slug+"-archive.csv", l.seller.party)
		if err != nil {
			return nil, err
		}
		ahead = append([]File{book}, ahead...)
	}
	return append(ahead, files...), nil
}

func fileSafe(number string) string {
	return strings.ToLower(strings.NewReplacer("/", "-", " ", "-").Replace(number))
}
