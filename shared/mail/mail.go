// Package mail makes the letters of the center and hands them to Amazon SES.
//
// Compose turns a letter and what was looked up for it into a finished MIME
// message, in English or Arabic; a Sender sends it, once, and says what is
// known of a failure. The package decides neither who gets a letter nor when,
// keeps nothing, and never puts a link into a letter that carries a right: a
// link leads to a page, behind the sign-in. The one exception ends letters, and
// does nothing else.
package mail

import (
	"bytes"
	"cmp"
	"fmt"
	netmail "net/mail"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// The longest name that is shown of a person or an account.
const maxNameRunes = 80

// View is what was looked up for a letter: secrets and facts that are not
// kept in it.
type View struct {
	BaseURL string // of the portal, https://host without a trailing slash
	Sender  string // the bare address letters come from
	Zone    *time.Location
	// Code is the eight digits of a sign-in code and CodeLife how long they
	// work; other letters leave them zero.
	Code     string
	CodeLife time.Duration
	// Account is the name of the letter's account in the letter's language;
	// "" is left out.
	Account string
	// Payment is what a receipt or a failure is about, Reference how people
	// call it, and Open what is open of its payables now; one that is missing
	// has nothing open.
	Payment   center.Payment
	Reference string
	Open      map[center.InvoiceID]money.Money
	// Method is the stored method that a warning is about, and Today the civil
	// day of the account.
	Method center.PaymentMethod
	Today  center.Date
	// Invitation is what an invitation asks to, and Link what stands behind the
	// # of its address.
	Invitation center.Invitation
	Link       string
	// Reminders is what a digest reminds of, by currency, as it stands on the
	// day it leaves.
	Reminders []center.RemindedSum
	// Summary is how the account stands, of the weekly letter.
	Summary center.Summary
	// RedemptionCode is the code of a subscription as people read it, Redeemed
	// what a redemption did, and Rewards what is left of lots that end soon, or
	// was earned in a month, by currency.
	RedemptionCode string
	Redeemed       Redeemed
	Rewards        []RewardSum
	// List is a list of invoices, Statement a statement of account and Invoice a
	// new invoice, and Files what comes with them.
	List      *center.MailedList
	Statement *center.Statement
	Invoice   center.Invoice
	Files     []center.File
	// ReplyTo is the bare address that answers go to; "" is the sender.
	ReplyTo string
	// Unsubscribe is the address where the reader, without signing in, chooses
	// not to get letters that are hers to choose.
	Unsubscribe string
}

// Message is a finished mail.
type Message struct {
	Letter  string // the letter's id
	Kind    center.LetterKind
	From    string // bare address
	To      string // bare address
	Subject string
	Text    string
	HTML    string
	MIME    []byte
}

// composers has one for each kind of letter.
var composers = map[center.LetterKind]func(words, center.Letter, View) (sheet, error){
	center.LetterSignInCode:     signInCode,
	center.LetterNewDevice:      newDevice,
	center.LetterPaymentReceipt: paymentReceipt,
	center.LetterPaymentFailed:  paymentFailed,
	center.LetterMethodExpiring: methodExpiring,
	center.LetterMethodChanged:  methodChanged,

	center.LetterInvitation:         invitation,
	center.LetterInvitationAccepted: invitationAccepted,
	center.LetterInvitationDeclined: invitationDeclined,
	center.LetterAccessChanged:      accessChanged,

	center.LetterRenewalOffered:  renewalStep(func(c contractWords) renewalLetter { return c.offered }),
	center.LetterRenewalNotice:   renewalStep(func(c contractWords) renewalLetter { return c.notice }),
	center.LetterRenewalAccepted: renewalStep(func(c contractWords) renewalLetter { return c.accepted }),
	center.LetterRenewalLapsed:   renewalStep(func(c contractWords) renewalLetter { return c.over }),
	center.LetterProfileChanged:  profileChanged,
	center.LetterOrderStatus:     orderStatus,
	center.LetterDispute:         dispute,
	center.LetterReminder:        reminder,
	center.LetterWeekly:          weekly,

	center.LetterRedeemer:         redeemer,
	center.LetterRedeemersChanged: redeemersChanged,
	center.LetterRewardsRedeemed:  rewardsRedeemed,
	center.LetterRewardsEnding:    rewardsEnding,
	center.LetterRewardsEarned:    rewardsEarned,
	center.LetterInvoiceList:      invoiceList,
	center.LetterStatement:        statement,
	center.LetterInvoiceIssued:    invoiceIssued,
}

// letterID is the form SES takes as a tag's value.
var letterID = regexp.MustCompile(`^[0-9a-f]{1,64}$`)

// Compose writes the mail of a letter. It is an error, and no mail, when the
// kind is unknown, an address is not one, a fact is missing or the id is not
// hexadecimal. Names and browsers may hold anything: they are cut, cleaned and
// escaped.
func Compose(l center.Letter, v View) (Message, error) {
	compose, known := composers[l.Kind]
	if !known {
		return Message{}, fmt.Errorf("mail: no letter of kind %q", l.Kind)
	}
	if err := check(l, v); err != nil {
		return Message{}, fmt.Errorf("mail: letter %.64q: %w", l.ID, err)
	}
	w := wordsOf(l.Locale)
	s, err := compose(w, l, v)
	if err != nil {
		return Message{}, fmt.Errorf("mail: letter %s: %w", l.ID, err)
	}
	m := Message{Letter: l.ID, Kind: l.Kind, From: v.Sender, To: l.To, Subject: s.Subject}
	if m.Text, m.HTML, err = s.render(w, v); err != nil {
		return Message{}, fmt.Errorf("mail: letter %s: %w", l.ID, err)
	}
	if m.MIME, err = encode(m, w, clean(l.Name), s, v, l.CreatedAt); err != nil {
		return Message{}, fmt.Errorf("mail: letter %s: %w", l.ID, err)
	}
	if len(m.MIME) > maxMessage {
		return Message{}, fmt.Errorf("mail: letter %s: %d bytes, which is more than a mail may have", l.ID, len(m.MIME))
	}
	return m, nil
}

// maxMessage is what a mail may have in bytes. SES takes more than twice as
// much, many a mailbox does not, and the mailer holds several at once.
const maxMessage = 4_500_000

func check(l center.Letter, v View) error {
	if !letterID.MatchString(l.ID) {
		return fmt.Errorf("the id is not hexadecimal")
	}
	for what, address := range map[string]string{"recipient": l.To, "sender": v.Sender, "address for answers": cmp.Or(v.ReplyTo, v.Sender)} {
		if !bare(address) {
			return fmt.Errorf("the %s is not a bare address", what)
		}
	}
	base, err := url.Parse(v.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return fmt.Errorf("the base address is not a web address")
	}
	if v.Zone == nil {
		return fmt.Errorf("no time zone")
	}
	return nil
}

// bare tells whether s is an address and nothing else.
func bare(s string) bool {
	a, err := netmail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// clean makes a name safe to stand in a header or a sentence: one line, of
// visible characters, without marks that would reorder what stands around it,
// and short.
func clean(name string) string { return oneLine(name, maxNameRunes) }

// oneLine is clean of at most that many characters.
func oneLine(name string, most int) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d': // joiners shape Persian and Indic names
			return -1
		case unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.ReplaceAll(name, "=?", "= ?") // in a header "=?…?=" would be decoded once more
	runes := []rune(strings.Join(strings.Fields(name), " "))
	if len(runes) > most {
		return strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return string(runes)
}

// fileName is clean for the name of a file, whose ending stays.
func fileName(name string) string {
	ending := path.Ext(name)
	return clean(strings.TrimSuffix(name, ending)) + clean(ending)
}

// encode makes the MIME message. SES replaces its Date and its Message-ID;
// they are set so that nothing of this machine is in them. Letters of one
// thread name the same root, which no mail ever had: mailboxes show them
// together. Letters that are the reader's to choose say where mailboxes end
// them with one click (RFC 8058).
func encode(m Message, w words, name string, s sheet, v View, at time.Time) ([]byte, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&netmail.Address{Name: w.center, Address: m.From})
	msg.ToMailAddress(&netmail.Address{Name: name, Address: m.To})
	if v.ReplyTo != "" {
		msg.SetAddrHeaderFromMailAddress(gomail.HeaderReplyTo, &netmail.Address{Address: v.ReplyTo})
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(at.UTC())
	_, domain, _ := strings.Cut(m.From, "@")
	msg.SetMessageIDWithValue(m.Letter + "@" + domain)
	if s.Thread != "" {
		root := "<" + s.Thread + "@" + domain + ">"
		msg.SetGenHeader(gomail.HeaderInReplyTo, root)
		msg.SetGenHeader(gomail.HeaderReferences, root)
	}
	if s.Choice != nil {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+s.Choice.URL+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Entity-Ref-ID", m.Letter) // keeps Gmail from stacking letters of like subjects
	msg.SetGenHeader("Content-Language", w.lang)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	for _, f := range v.Files {
		if err := msg.AttachReader(fileName(f.Name), bytes.NewReader(f.Body), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
