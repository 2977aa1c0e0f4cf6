package stripe

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The steps on the hosted pages, as faults name them.
const (
	pagePay          = "POST /c/pay/{id}"
	pageSetup        = "POST /c/setup/{id}"
	pageAuthenticate = "POST /c/authenticate/{id}"
)

const (
	maxFormBytes   = 16 << 10
	expiryYears    = 12 // how far ahead a card may expire
	otherCard      = "other"
	groupsOfDigits = 4
)

//go:embed page
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "page/*.html"))

// sheet is what a page shows.
type sheet struct {
	Language string
	Words    words
	Merchant string
	Title    string
	Amount   string
	Lines    []string // what is paid for
	Note     string
	Problem  string // why the last try failed
	Groups   []group
	Other    bool // a number may be typed
	Number   string
	Chosen   string
	Month    int
	Year     int
	Months   []int
	Years    []int
	Button   string
	Back     string // where the way out leads, "" for none
	BackText string
	Forward  string
}

// group is a list of test methods to choose from.
type group struct {
	Title   string
	Choices []choice
}

type choice struct{ Token, Name, Number, Outcome string }

func (s *Service) pageRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /c/page.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		http.ServeFileFS(w, r, pageFiles, "page/page.css")
	})
	mux.HandleFunc("GET /c/pay/{id}", func(w http.ResponseWriter, r *http.Request) { s.showSession(w, r, modePayment, entry{}) })
	mux.HandleFunc("GET /c/setup/{id}", func(w http.ResponseWriter, r *http.Request) { s.showSession(w, r, modeSetup, entry{}) })
	mux.HandleFunc(pagePay, func(w http.ResponseWriter, r *http.Request) { s.trySession(w, r, modePayment, pagePay) })
	mux.HandleFunc(pageSetup, func(w http.ResponseWriter, r *http.Request) { s.trySession(w, r, modeSetup, pageSetup) })
	mux.HandleFunc("GET /c/authenticate/{id}", s.showAuthentication)
	mux.HandleFunc(pageAuthenticate, s.endAuthentication)
	return http.NewCrossOriginProtection().Handler(mux)
}

// entry is what was entered on a page.
type entry struct {
	choice, number string
	month, year    int
	problem        string // the word for what is wrong with it
}

func readEntry(w http.ResponseWriter, r *http.Request, thisYear int) (e entry, t testMethod, ok bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	e = entry{choice: r.PostFormValue("choice"), number: r.PostFormValue("number")}
	e.month, _ = strconv.Atoi(r.PostFormValue("month"))
	e.year, _ = strconv.Atoi(r.PostFormValue("year"))
	if e.choice == otherCard {
		t, ok = typed(e.number)
	} else {
		t, ok = byToken[e.choice]
	}
	switch {
	case !ok:
		e.problem = "notTest"
	case t.Type == typeOfCard && (e.month < 1 || e.month > 12 || e.year < thisYear || e.year > thisYear+expiryYears):
		e.problem, ok = "notExpiry", false
	}
	return e, t, ok
}

// showSession shows the page of a session: its form while it is open.
func (s *Service) showSession(w http.ResponseWriter, r *http.Request, mode string, e entry) {
	var p sheet
	var c session
	found := false
	_ = s.do(&work{host: s.host(r)}, func(k *work) error {
		if o, ok := find[*session](k.state, r.PathValue("id")); ok && o.Mode == mode {
			found, c = true, *o
			p = k.sessionSheet(o, language(o.Locale, r), e)
		}
		return nil
	})
	if !found {
		s.missing(w, r)
		return
	}
	name, status := "form.html", http.StatusOK
	switch {
	case c.Status == statusComplete:
		name, p.Title, p.Note, p.Forward = "end.html", p.Words["done"], p.Words["doneNote"], c.success()
	case c.Status == statusExpired:
		name, p.Title, p.Note, p.Back, p.BackText = "end.html", p.Words["expired"], p.Words["expiredNote"], c.CancelURL, p.Words["backShort"]
	case e.problem != "":
		status = http.StatusUnprocessableEntity
	}
	s.render(w, status, name, p, c.SuccessURL, c.CancelURL)
}

// success is where the browser goes when all is done.
func (c *session) success() string { return strings.ReplaceAll(c.SuccessURL, sessionMark, c.ID) }

// sessionSheet fills the form of a session.
func (w *work) sessionSheet(c *session, lang string, e entry) sheet {
	t := dictionary[lang]
	year := w.now.Year()
	p := sheet{Language: lang, Words: t, Merchant: w.o.Merchant, Title: fmt.Sprintf(t["saveFor"], apart(w.o.Merchant)), Note: t["saveNote"], Button: t["save"],
		Other: slices.Contains(c.Types, typeOfCard), Chosen: e.choice, Number: e.number, Month: e.month, Year: e.year,
		Back: c.CancelURL, BackText: t["backSetup"], Groups: groups(c.Types, t), Problem: t[e.problem]}
	if p.Chosen == "" {
		p.Chosen, p.Month, p.Year = p.Groups[0].Choices[0].Token, int(w.now.Month()), year+years
	}
	for m := range time.December {
		p.Months = append(p.Months, int(m)+1)
	}
	for y := year; y <= year+expiryYears; y++ {
		p.Years = append(p.Years, y)
	}
	var last *failure
	if u, ok := find[*setup](w.state, c.Setup); ok {
		last = u.LastError
	}
	if i, ok := find[*intent](w.state, c.Intent); ok {
		last = i.LastError
	}
	if p.Problem == "" {
		p.Problem = t.why(last)
	}
	if c.Mode == modePayment {
		p.Amount = plainAmount(c.Amount, c.Currency)
		p.Title, p.Note, p.Button, p.BackText = fmt.Sprintf(t["payTo"], apart(w.o.Merchant)), "", fmt.Sprintf(t["payAmount"], apart(p.Amount)), t["back"]
		for _, item := range c.Items {
			p.Lines = append(p.Lines, item.Name)
		}
	}
	return p
}

// groups are the test methods of some types.
func groups(types []string, t words) (out []group) {
	for _, kind := range []struct {
		title string
		types []string
	}{{t["cards"], []string{typeOfCard}}, {t["banks"], []string{typeOfBank, typeOfSEPA}}} {
		g := group{Title: kind.title}
		for _, m := range testMethods {
			m = byToken[m.Token]
			if !slices.Contains(types, m.Type) || !slices.Contains(kind.types, m.Type) {
				continue
			}
			g.Choices = append(g.Choices, choice{Token: m.Token, Name: m.name(), Number: spaced(m.Number), Outcome: t[m.Token]})
		}
		if len(g.Choices) > 0 {
			out = append(out, g)
		}
	}
	return out
}

var brands = map[string]string{"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express"}

// name is how a kind of method is called on the page.
func (t testMethod) name() string {
	switch t.Type {
	case typeOfBank:
		return "ACH"
	case typeOfSEPA:
		return "SEPA"
	}
	return brands[t.Brand]
}

// spaced sets a number in groups.
func spaced(number string) string {
	var b strings.Builder
	for i, r := range number {
		if i > 0 && i%groupsOfDigits == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// trySession pays, or stores a method, with what was entered.
func (s *Service) trySession(w http.ResponseWriter, r *http.Request, mode, step string) {
	e, t, ok := readEntry(w, r, s.o.Now().Year())
	if !ok {
		s.showSession(w, r, mode, e)
		return
	}
	s.count(step)
	fault := s.takeFault(step)
	fault.stall(FaultStall)
	if _, err := fault.refusal(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	k := &work{host: s.host(r)}
	if fault.is(FaultDecline) {
		k.decline = fault.Reason
	}
	next := k.host + r.URL.Path // the page itself, which says what went wrong
	err := s.do(k, func(k *work) error {
		c, ok := find[*session](k.state, r.PathValue("id"))
		if !ok || c.Mode != mode || c.Status != statusOpen {
			return nil // the page says how it stands
		}
		m := k.enter(c, t)
		if t.Type == typeOfCard {
			m.ExpMonth, m.ExpYear = e.month, e.year
		}
		step, err := k.try(c, m)
		if step != "" {
			next = step
		}
		return err
	})
	var refused *refusal
	if err != nil && !errors.As(err, &refused) {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fault.stall(FaultLateAnswer)
	redirect(w, next)
}

// enter makes the method that somebody enters on the page of a session.
func (w *work) enter(c *session, t testMethod) *method {
	m := w.newMethod(t)
	if h, ok := find[*customer](w.state, c.Customer); ok {
		m.Name, m.Email = h.Name, h.Email
	}
	return m
}

// PayPage does on the page of a session, named by its id, what a person does
// who chooses the test method of that token. A decline is an error; what asks
// for an authentication waits for it.
func (s *Service) PayPage(id, token string) error {
	t, ok := byToken[token]
	if !ok {
		return fmt.Errorf("there is no test method %q", token)
	}
	return s.do(&work{}, func(w *work) error {
		c, ok := find[*session](w.state, id)
		if !ok || c.Status != statusOpen {
			return fmt.Errorf("the page %q is not open", id)
		}
		w.host, _, _ = strings.Cut(c.URL, "/c/")
		_, err := w.try(c, w.enter(c, t))
		return err
	})
}

// try uses a method on an open session. next is where the browser goes, "" to
// stay.
func (w *work) try(c *session, m *method) (next string, err error) {
	asks := false
	if c.Mode == modeSetup {
		asks, err = w.store(c, m)
	} else {
		err = w.pay(c, m)
	}
	i, _ := find[*intent](w.state, c.Intent)
	switch {
	case c.Status == statusComplete:
		return c.success(), err
	case asks:
		return w.host + "/c/authenticate/" + c.Setup, err
	case i != nil && i.Status == needsAction:
		return i.AuthenticateAt, err
	}
	return "", err
}

// showAuthentication asks the holder of a card as her bank does.
func (s *Service) showAuthentication(w http.ResponseWriter, r *http.Request) {
	var p sheet
	var reach []string
	next, found := "", false
	_ = s.do(&work{host: s.host(r)}, func(k *work) error {
		c, i, u := k.asked(r.PathValue("id"))
		if i == nil && u == nil {
			return nil
		}
		found, next = true, k.leave(c, i)
		if i != nil && i.Status != needsAction || u != nil && u.Status != needsAction {
			return nil
		}
		locale := ""
		if c != nil {
			locale, reach = c.Locale, []string{c.SuccessURL, c.CancelURL}
		} else {
			reach = []string{i.ReturnURL}
		}
		next, p = "", k.authenticationSheet(c, i, language(locale, r))
		return nil
	})
	switch {
	case !found:
		s.missing(w, r)
	case next != "":
		redirect(w, next)
	default:
		s.render(w, http.StatusOK, "authenticate.html", p, reach...)
	}
}

// asked finds the intent or setup intent that an authentication is about, and
// its session if it has one.
func (w *work) asked(id string) (c *session, i *intent, u *setup) {
	if found, ok := find[*setup](w.state, id); ok {
		u = found
		c, _ = find[*session](w.state, u.Session)
		return c, nil, u
	}
	if found, ok := find[*intent](w.state, id); ok && (found.Session != "" || found.ReturnURL != "") {
		i = found
		c, _ = find[*session](w.state, i.Session)
	}
	return c, i, nil
}

func (w *work) authenticationSheet(c *session, i *intent, lang string) sheet {
	t := dictionary[lang]
	p := sheet{Language: lang, Words: t, Merchant: w.o.Merchant, Title: t["ask"]}
	if i != nil {
		m, _ := find[*method](w.state, i.Method)
		p.Amount = plainAmount(i.Amount, i.Currency)
		p.Note = fmt.Sprintf(t["askPay"], apart(p.Amount), apart(w.o.Merchant), apart("•••• "+m.test().last4()))
		return p
	}
	m, _ := find[*method](w.state, c.Trying)
	p.Note = fmt.Sprintf(t["askSave"], apart(w.o.Merchant), apart("•••• "+m.test().last4()))
	return p
}

// apart keeps the order of a text whatever the direction of what stands around
// it.
func apart(text string) string { return "\u2068" + text + "\u2069" }

// leave is where the browser goes once nothing is asked any more.
func (w *work) leave(c *session, i *intent) string {
	switch {
	case c != nil && c.Status == statusComplete:
		return c.success()
	case c != nil:
		return c.URL
	}
	u, err := url.Parse(i.ReturnURL)
	if err != nil {
		return i.ReturnURL
	}
	q := u.Query()
	q.Set("payment_intent", i.ID)
	q.Set("payment_intent_client_secret", i.ID+"_secret_"+i.Secret)
	q.Set("redirect_status", map[bool]string{true: "succeeded", false: "failed"}[i.Status == statusSucceeded])
	u.RawQuery = q.Encode()
	return u.String()
}

// endAuthentication takes the holder's answer.
func (s *Service) endAuthentication(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	passed := r.PostFormValue("outcome") == "pass"
	next := ""
	err := s.do(&work{host: s.host(r)}, func(k *work) (err error) {
		c, i, u := k.asked(r.PathValue("id"))
		switch {
		case i != nil && i.Status == needsAction:
			if err = k.authenticate(i, passed); c != nil && err == nil {
				k.finish(c, i)
			}
		case u != nil && u.Status == needsAction:
			err = k.authenticateSetup(c, passed)
		case i == nil && u == nil:
			return nil
		}
		next = k.leave(c, i)
		return err
	})
	var refused *refusal
	switch {
	case err != nil && !errors.As(err, &refused):
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case next == "":
		s.missing(w, r)
	default:
		redirect(w, next)
	}
}

func (s *Service) missing(w http.ResponseWriter, r *http.Request) {
	lang := language("", r)
	t := dictionary[lang]
	s.render(w, http.StatusNotFound, "end.html", sheet{Language: lang, Words: t, Merchant: s.o.Merchant, Title: t["missing"], Note: t["missingNote"]})
}

// redirect leads the browser on by a GET.
func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// render sends a page, which loads nothing but its own style. A form may lead
// on to the addresses in reach.
func (s *Service) render(w http.ResponseWriter, status int, name string, p sheet, reach ...string) {
	targets := "'self'"
	for _, address := range reach {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			targets += " " + u.Scheme + "://" + u.Host
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.Language)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action "+targets+"; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	if err := pageTemplates.ExecuteTemplate(w, name, p); err != nil {
		s.o.Logf("stripe: %s: %v", name, err)
	}
}
