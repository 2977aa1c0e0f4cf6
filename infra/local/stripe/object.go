package stripe

import (
	"cmp"
	"slices"
	"time"
)

// The kinds of object, as Stripe names them.
const (
	kindCustomer = "customer"
	kindMethod   = "payment_method"
	kindIntent   = "payment_intent"
	kindSetup    = "setup_intent"
	kindSession  = "checkout.session"
	kindCharge   = "charge"
	kindRefund   = "refund"
	kindDispute  = "dispute"
	kindEvent    = "event"
)

// The statuses of intents, setup intents, charges, refunds and sessions.
const (
	needsMethod       = "requires_payment_method"
	needsConfirmation = "requires_confirmation"
	needsAction       = "requires_action"
	statusProcessing  = "processing"
	statusSucceeded   = "succeeded"
	statusCanceled    = "canceled"
	statusPending     = "pending"
	statusFailed      = "failed"
	statusOpen        = "open"
	statusComplete    = "complete"
	statusExpired     = "expired"
)

// Modes of a session, and the kinds of method that are played.
const (
	modePayment = "payment"
	modeSetup   = "setup"

	typeOfCard = "card"
	typeOfBank = "us_bank_account"
	typeOfSEPA = "sepa_debit"
)

// head is what every object has.
type head struct {
	ID      string
	Created int64 // in seconds, as Stripe counts
	Seq     uint64
}

func (h *head) base() *head { return h }

// object is one thing of the account.
type object interface {
	base() *head
	kind() string
	// view is the object as Stripe shows it, other objects by their ids.
	view(*state) view
	// dueAt is when something happens to it by itself; zero means never.
	dueAt() time.Time
}

// undated is embedded by objects to which nothing happens by itself.
type undated struct{}

func (undated) dueAt() time.Time { return time.Time{} }

type customer struct {
	head
	undated
	Name, Email, Description, Phone string
	Metadata                        map[string]string
}

// method is a payment method. Test names the card or account that it stands
// for; the number itself is nowhere.
type method struct {
	head
	undated
	Test              string
	Type              string
	Customer          string
	Detached          bool
	ExpMonth, ExpYear int
	Name, Email       string
}

// failure is why a try did not go through.
type failure struct {
	Type, Code, DeclineCode, Message, Charge, Method string
}

type intent struct {
	head
	Amount       int64
	Currency     string
	Customer     string
	Method       string
	Types        []string
	Automatic    bool // the types were left to Stripe
	NoRedirects  bool
	Status       string
	CancelReason string
	CanceledAt   int64
	Description  string
	Receipt      string
	Statement    string
	Metadata     map[string]string
	FutureUse    string
	ReturnURL    string
	// AuthenticateAt is the page where the holder of the card is asked.
	AuthenticateAt string
	Secret         string
	Received       int64
	LatestCharge   string
	LastError      *failure
	Session        string
	SettlesAt      time.Time // of a bank debit under way
}

type setup struct {
	head
	undated
	Customer     string
	Method       string
	Types        []string
	Status       string
	CancelReason string
	Description  string
	Metadata     map[string]string
	Secret       string
	LastError    *failure
	Session      string
}

type session struct {
	head
	Mode            string
	Status          string
	PaymentStatus   string
	Amount          int64
	Currency        string
	Items           []lineItem
	Customer        string
	Email           string
	ClientReference string
	Locale          string
	Types           []string
	Metadata        map[string]string
	SuccessURL      string
	CancelURL       string
	ExpiresAt       int64
	Intent          string
	Setup           string
	Future          intentPlan // of the intent that is made with the first try
	SubmitType      string
	URL             string
	// Trying is the method whose holder is being authenticated.
	Trying string
}

// intentPlan is what a session says of its intent.
type intentPlan struct {
	Description, FutureUse, Statement, Receipt string
	Metadata                                   map[string]string
}

type lineItem struct {
	Name, Description string
	UnitAmount        int64
	Quantity          int64
}

type charge struct {
	head
	undated
	Amount, Captured, Refunded int64
	Currency                   string
	Customer, Intent, Method   string
	Description, Statement     string
	Metadata                   map[string]string
	Status                     string
	FailureCode, FailureText   string
	DeclineCode                string
}

type refund struct {
	head
	Amount         int64
	Currency       string
	Charge, Intent string
	Reason         string
	Metadata       map[string]string
	Status         string
	FailureReason  string
	EndsAt         time.Time // when it fails or is done after all
}

func (*customer) kind() string { return kindCustomer }
func (*method) kind() string   { return kindMethod }
func (*intent) kind() string   { return kindIntent }
func (*setup) kind() string    { return kindSetup }
func (*session) kind() string  { return kindSession }
func (*charge) kind() string   { return kindCharge }
func (*refund) kind() string   { return kindRefund }
func (*event) kind() string    { return kindEvent }

func (i *intent) dueAt() time.Time { return i.SettlesAt }
func (r *refund) dueAt() time.Time { return r.EndsAt }
func (c *session) dueAt() time.Time {
	if c.Status != statusOpen {
		return time.Time{}
	}
	return time.Unix(c.ExpiresAt, 0)
}

// fresh returns an empty object of a kind, to read one into.
func fresh(kind string) object {
	switch kind {
	case kindCustomer:
		return &customer{}
	case kindMethod:
		return &method{}
	case kindIntent:
		return &intent{}
	case kindSetup:
		return &setup{}
	case kindSession:
		return &session{}
	case kindCharge:
		return &charge{}
	case kindRefund:
		return &refund{}
	case kindDispute:
		return &dispute{}
	case kindEvent:
		return &event{}
	}
	return nil
}

// state is all that the account holds.
type state struct {
	seq     uint64
	objects map[string]object
	order   map[string][]object // by kind, oldest first
	waiting map[string]object   // those to which something will happen
	answers map[string]*answer  // by idempotency key
}

func newState() *state {
	return &state{objects: map[string]object{}, order: map[string][]object{}, waiting: map[string]object{}, answers: map[string]*answer{}}
}

// put takes an object in, or notes that it changed.
func (s *state) put(o object) {
	h := o.base()
	if _, known := s.objects[h.ID]; !known {
		s.objects[h.ID] = o
		s.order[o.kind()] = append(s.order[o.kind()], o)
		s.seq = max(s.seq, h.Seq)
	}
	if o.dueAt().IsZero() {
		delete(s.waiting, h.ID)
	} else {
		s.waiting[h.ID] = o
	}
}

// find returns the object with that id, if it is of that type.
func find[T object](s *state, id string) (T, bool) {
	o, ok := s.objects[id].(T)
	return o, ok
}

// due returns those to which something happens by now, in the order of their
// times.
func (s *state) due(now time.Time) (out []object) {
	for _, o := range s.waiting {
		if !o.dueAt().After(now) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b object) int {
		return cmp.Or(a.dueAt().Compare(b.dueAt()), cmp.Compare(a.base().Seq, b.base().Seq))
	})
	return out
}
