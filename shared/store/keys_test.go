package store

import (
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

func TestIDsComeBackFromKeys(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		id := rapid.OneOf(rapid.StringMatching(`[0-9a-f]{32}`), rapid.String(), rapid.StringMatching(`[0-9A-F]{32}`)).Draw(r, "id")
		s := short(id)
		if strings.ContainsAny(s, "#\x00") {
			r.Fatalf("%q stands in keys as %q", id, s)
		}
		if back, err := long(s); err != nil || back != id {
			r.Fatalf("%q became %q, %v", id, back, err)
		}
	})
}

// TestNoAccountReachesAnother tries account ids that would end in another
// account's keys if ids were pasted together.
func TestNoAccountReachesAnother(t *testing.T) {
	victim := center.AccountIDOf("victim")
	inv := center.InvoiceIDOf(victim, "issuer", center.KindInvoice, "1")
	target := tenantOf(victim).head(inv)
	for _, id := range []string{
		string(victim) + "#" + string(inv), string(victim)[:31], strings.ToUpper(string(victim)), " " + string(victim),
		short(string(victim)), "operators", "", "operators#" + string(victim), "." + string(victim),
	} {
		if got := tenantOf(center.AccountID(id)).head(inv); got == target || strings.HasPrefix(target.pk, tenantOf(center.AccountID(id)).pk(prefixInvoice)+"#") {
			t.Errorf("account %q reaches %v", id, got)
		}
	}
}

func TestDaysComeBackFromKeys(t *testing.T) {
	for _, d := range []center.Date{"", "2026-03-15", "0001-01-01"} {
		if got := expand(compact(d)); got != d {
			t.Errorf("%q became %q", d, got)
		}
	}
}

// form turns a key's shape into the pattern its keys match.
func form(s string) *regexp.Regexp {
	parts := map[string]string{"acc": `[\w.-]+`, "inv": `[\w.-]+`, "ord": `[\w.-]+`, "contact": `[\w.-]+`, "due": `\d{8}`, "closed": `\d{8}`, "issued": `\d{8}`,
		"date": `\d{8}`, "duecur": `\d{8}[A-Z]{3}`, "cur": `[A-Z]{3}`, "n": `\d+`, "nnnn": `\d{4}`, "nnnnnnnnn": `\d{9}`, "nnnnnnnnnnnn": `\d{12}`, "hash": `[\w-]+`, "pay": `[\w-]{22}`, "r": "r", "total": `\d+`, "method": `\w+`, "instant": `\d{8}T(\d{6}(\.\d{3}Z)?)?`, "event": `[\w-]+`, "role": `[a-z]+`, "con": `[\w-]{22}`, "sub": `[\w-]{22}`, "rnw": `[\w-]{22}`, "red": `[\w-]{22}`, "lot": `[\w-]{22}`, "end": `\d{8}`,
		"token": `.+`, "kind": `\w+`, "id": `[\w-]+`, "shard": `[0-9a-f]`, "nn": `\d{2}`, "step": `(due|issued)[+-]\d+([+-]\d+)?`}
	var out []string
	for _, part := range strings.Split(s, "#") {
		if pattern, ok := parts[part]; ok {
			part = pattern
		}
		out = append(out, part)
	}
	return regexp.MustCompile("^" + strings.Join(out, "#") + "$")
}

// madeKeys are keys as the functions of keys.go make them, by what they are.
func madeKeys() map[string]key {
	account, contact := center.AccountIDOf("a"), center.ContactIDOf("a@b.example")
	t := tenantOf(account)
	inv := center.Invoice{ID: center.InvoiceIDOf(account, "i", center.KindInvoice, "1"), Account: account, Kind: center.KindInvoice,
		DueOn: "2026-01-01", ClosedOn: "2026-01-02", IssuedOn: "2026-01-03"}
	row := func(change func(*center.Invoice)) key {
		one := inv
		change(&one)
		k, _ := t.row(one)
		return k
	}
	pay := center.PaymentIDOf(account, contact, "key")
	ord := center.OrderIDOf(account, &center.Order{Kind: center.KindOrder, Number: "1"})
	return map[string]key{
		"invoice head":                      t.head(inv.ID),
		"document":                          t.document(inv.ID, 0),
		"document, further part":            t.document(inv.ID, 3),
		"payment of an invoice":             t.paymentEntry(inv.ID, pay),
		"refund of a payment of an invoice": t.refundEntry(inv.ID, pay, 100),
		"credit with something left":        t.openCredit(inv),
		"dispute of an invoice":             t.dispute(inv.ID, center.DisputeIDOf(account, contact, inv.ID, "k")),
		"payment row":                       t.paymentRowKey(center.Payment{ID: pay, CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}),
		"stuck payment":                     t.stuck(center.Payment{ID: pay, EndedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}),
		"wallet":                            t.wallet(),
		"payment method":                    t.method("pm_1"),
		"payment":                           t.payment(pay),
		"notice of the processor":           noticeKey("evt_1"),
		"reconciled with the processor":     settlingKey,
		"credit between two papers":         t.credit(inv.ID, inv.ID, 2),
		"list row, unsettled":               row(func(i *center.Invoice) { i.Outstanding.Minor = 1 }),
		"list row, submitted":               row(func(i *center.Invoice) { i.Processing.Minor = 1 }),
		"list row, closed":                  row(func(*center.Invoice) {}),
		"list row, credit note":             row(func(i *center.Invoice) { i.Kind = center.KindCreditNote }),
		"list row, order":                   orderRow(t.pk(prefixList), "2026-01-01", ord),
		"day total":                         t.dayTotal("2026-01-01", "EUR"),
		"submitted total":                   t.spreadTotal(totalSubmitted, "EUR", inv.ID),
		"closed total":                      t.spreadTotal(totalClosed, "EUR", inv.ID),
		"credit total":                      t.spreadTotal(totalCredit, "EUR", inv.ID),
		"order a contact is named on":       orderRow(t.contactList(contact), "2026-01-01", ord),
		"account":                           t.profile(),
		"membership":                        {t.member(contact).pk, t.member(contact).sk},
		"review entry":                      t.review(contact),
		"once":                              t.once(hashKey("x")),
		"document identity":                 identityKey("x"),
		"search entry":                      t.search("inv-1", searchInvoice, shortInvoice(inv.ID)),
		"order":                             t.order(ord),
		"event of an order":                 t.orderEvent(ord, &center.OrderEvent{Number: "1", IssueDate: "2026-01-01", IssueTime: "10:20:30"}),
		"person named on an order":          t.orderPerson(ord, OrderPerson{Email: "a@b.example", Role: center.RoleOrdering}),
		"event that waits for its order":    waitingEventKey("x"),
		"order or renewal to be paid":       row(func(i *center.Invoice) { i.Kind, i.Outstanding.Minor = center.KindOrder, 1 }),
		"other record":                      t.record("contract", "K-1"),
		"address":                           addressKey("a@b.example", account),
		"import report, part":               reportPart("imp_1", 12),
		"import directory":                  importKey("imp_1"),
		"account directory":                 directoryKey(account),
	}
}

// madeMailKeys are those of letters and of what is planned of them.
func madeMailKeys() map[string]key {
	account := center.AccountIDOf("a")
	t, inv := tenantOf(account), center.Invoice{ID: center.InvoiceIDOf(account, "i", center.KindInvoice, "1")}
	return map[string]key{
		"mailing":                         mailingKey("m1"),
		"statement marker":                t.statementMarker("2026-01-01"),
		"enclosure of letters":            enclosureKey("e1", 0),
		"account that is sent statements": monthlyKey(account),
		"how far reminders are planned":   remindKey(7),
		"reminder marker":                 t.reminder("due+3", "2026-01-01", inv.ID),
		"challenge":                       challengeKey("c1"),
		"rate bucket":                     rateKey("x"),
		"letter":                          letterKey("l1"),
		"dunning policy":                  t.dunning(),
		"account with steps of its own":   ownStepsKey(account),
		"mail of an address":              reachKey("a@b.example"),
		"mail of a day":                   mailDayKey("2026-01-01", 7),
	}
}

// besideKeys are those of what stands beside papers.
func besideKeys() map[string]key {
	account := center.AccountIDOf("a")
	t, id := tenantOf(account), center.InvoiceIDOf(account, "i", center.KindInvoice, "1")
	return map[string]key{
		"attachment":                      t.attachment(id, 2),
		"content of an attachment":        t.chunk(id, 2, 1),
		"what a paper said of an invoice": t.said(id, &center.PaperNote{Kind: center.KindReminder, Number: "12", IssueDate: "2026-10-01"}),
		"paper held for an operator":      heldKey("x"),
	}
}

// madePeopleKeys are those of people and of the audit log.
func madePeopleKeys() map[string]key {
	t := tenantOf(center.AccountIDOf("a"))
	entry := t.audit(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "x")
	return map[string]key{
		"order that names an address":      addressOrder("a@b.example", center.AccountIDOf("a"), center.OrderIDOf("a", &center.Order{Number: "1"})),
		"invitation":                       t.invitation(center.ContactIDOf("a@b.example")),
		"audit entry":                      entry,
		"audit link":                       t.auditLink(1),
		"audit entry's place in the chain": t.auditMark(entry.sk),
	}
}

// contractKeys are those of contracts and what runs under them.
func contractKeys() map[string]key {
	account, contact := center.AccountIDOf("a"), center.ContactIDOf("a@b.example")
	t, con, rnw := tenantOf(account), center.ContractIDOf(account, "C"), center.RenewalIDOf(account, "R")
	return map[string]key{
		"billing profile":            t.billing(),
		"accepted under a PO number": t.underPO("4500-1"),
		"calendar of a contact":      t.calendarOf(contact),
		"calendar address":           calendarKey(hashKey("x")),
		"scheduled invoice":          t.scheduled("2026-01-01", hashKey("x")),
		"contract":                   {t.contractPK(shortContract(con)), sortHead},
		"subscription":               {t.contractPK(shortContract(con)), sortSubscription + shortSubscription(center.SubscriptionIDOf(account, "S"))},
		"renewal":                    t.renewal(renewalPlace{account, shortContract(con), rnw}),
		"list row, contract":         t.contractRow("2026-01-01", shortContract(con)),
		"list row, subscription":     t.subscriptionRow("", shortSubscription(center.SubscriptionIDOf(account, "S"))),
		"list row, renewal":          t.renewalRow("2026-01-01", rnw),
	}
}

// rewardKeys are those of rewards.
func rewardKeys() map[string]key {
	account, contact := center.AccountIDOf("a"), center.ContactIDOf("a@b.example")
	t, sub, red := tenantOf(account), center.SubscriptionIDOf(account, "S"), center.RedemptionIDOf(account, contact, "key")
	inv := center.InvoiceIDOf(account, "i", center.KindInvoice, "1")
	return map[string]key{
		"purse of a subscription":               t.purse(sub),
		"lot of rewards":                        t.lot(sub, "2027-01-01", "2026-01-01", center.LotIDOf(account, sub, "2025-12")),
		"products of a lot":                     t.lotProducts(center.LotIDOf(account, sub, "2025-12")),
		"notice of rewards":                     t.rewardNotice("ending", "20270101"),
		"line of the rewards' ledger":           t.rewardEntry(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "x"),
		"redemption":                            t.redemption(red),
		"redemption whose payment is in flight": t.underWay(red),
		"redeemer":                              t.redeemer(sub, "a@b.example"),
		"redemption code":                       t.redemptionCode(sub),
		"redemption of an invoice":              t.rewardUse(inv, red),
		"return of a redemption of an invoice":  t.rewardReturn(inv, red),
		"exchange rate":                         exchangeKey("USD", "EUR"),
	}
}

func TestKeysHaveTheShapesWrittenDown(t *testing.T) {
	made := madeKeys()
	maps.Copy(made, madeMailKeys())
	maps.Copy(made, rewardKeys())
	maps.Copy(made, contractKeys())
	maps.Copy(made, besideKeys())
	maps.Copy(made, madePeopleKeys())
	for _, s := range shapes {
		k, ok := made[s.what]
		if !ok {
			t.Errorf("%s: no key is made", s.what)
			continue
		}
		delete(made, s.what)
		sk := form(s.sk)
		if s.what == "membership" || s.what == "address" {
			sk = regexp.MustCompile(`^M#[\w.-]+$`)
		}
		if !form(s.pk).MatchString(k.pk) || !sk.MatchString(k.sk) {
			t.Errorf("%s is %v, not %s / %s", s.what, k, s.pk, s.sk)
		}
	}
	for what := range made {
		t.Errorf("%s is no shape", what)
	}
}

// TestAccessPatternsPageIsTrue holds docs/access-patterns.md against the
// shapes: each stands there, and nothing else does.
func TestAccessPatternsPageIsTrue(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "access-patterns.md"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	_, items, _ := strings.Cut(string(page), "## Items")
	items, _, _ = strings.Cut(items, "\n## ")
	for line := range strings.Lines(items) {
		if cells := strings.Split(line, "|"); len(cells) > 4 && strings.Contains(line, "`") {
			lines = append(lines, strings.TrimSpace(cells[1])+" | "+strings.TrimSpace(cells[2])+" | "+strings.TrimSpace(cells[3]))
		}
	}
	for _, s := range shapes {
		line := fmt.Sprintf("%s | `%s` | `%s`", s.what, s.pk, s.sk)
		at := slices.Index(lines, line)
		if at < 0 {
			t.Errorf("the page lacks: | %s |", line)
			continue
		}
		lines = slices.Delete(lines, at, at+1)
	}
	for _, line := range lines {
		t.Errorf("the page has, and the store has not: %s", line)
	}
}

func TestTotalsAreReadFromTheirKeys(t *testing.T) {
	tn := tenantOf("x")
	inv := center.InvoiceID("inv_1")
	for at, want := range map[key]string{
		tn.dayTotal("2026-01-01", "EUR"): "20260101/EUR", tn.dayTotal("", "KWD"): noDate + "/KWD",
		tn.spreadTotal(totalClosed, "JPY", inv): "Z#/JPY", tn.spreadTotal(totalSubmitted, "JPY", inv): "S#/JPY", tn.spreadTotal(totalCredit, "JPY", inv): "C#/JPY",
		{"", "T#"}: "/", {"", "T#short"}: "/",
	} {
		if segment, currency := totalOf(at.sk); segment+"/"+string(currency) != want {
			t.Errorf("%v is %s/%s", at, segment, currency)
		}
	}
}

func TestAmountsSortAsNumbers(t *testing.T) {
	currencies := []money.Code{"JPY", "EUR", "KWD", "CLF"}
	rapid.Check(t, func(r *rapid.T) {
		draw := func() (money.Money, int64) {
			c := rapid.SampledFrom(currencies).Draw(r, "currency")
			m := money.Money{Minor: rapid.Int64Range(-1<<45, 1<<45).Draw(r, "minor"), Currency: c}
			if rapid.Bool().Draw(r, "small") {
				m.Minor %= 1000
			}
			n := m.Minor
			for e, _ := money.Exponent(c); e < maxExponent; e++ {
				n *= 10
			}
			return m, n
		}
		a, na := draw()
		b, nb := draw()
		sa, sb := sortableAmount(a), sortableAmount(b)
		if (na < nb) != (sa < sb) || (na == nb) != (sa == sb) {
			r.Fatalf("%s is %q, %s is %q", a, sa, b, sb)
		}
		if back, err := amountOfSortable(sa, a.Currency); err != nil || back != a {
			r.Fatalf("%s became %s, %v", a, back, err)
		}
	})
	for _, bad := range []string{"", "p", "pb", "x9", "pb0", "pzzz"} {
		if m, err := amountOfSortable(bad, "EUR"); err == nil {
			t.Errorf("%q is %s", bad, m)
		}
	}
}

// TestARowFitsItsBudget draws the longest things a row may say.
func TestARowFitsItsBudget(t *testing.T) {
	tn := tenantOf(center.AccountIDOf("a"))
	inv := center.Invoice{ID: center.InvoiceIDOf(center.AccountIDOf("a"), "i", center.KindInvoice, "1"), Account: center.AccountIDOf("a"),
		Kind: center.KindInvoice, Number: "INV-2026-0000123456", Type: center.TypeSupport, Title: strings.Repeat("دعم فني متميز ", 12),
		PO: "PO-2026-0004711", Contract: "CSI-20991234", IssuedOn: "2026-01-10", DueOn: "2026-02-09", Amount: money.Money{Minor: 123456789012, Currency: "KWD"}}
	zero := money.Zero("KWD")
	inv.Balances = center.Balances{Outstanding: money.Money{Minor: 123456789000, Currency: "KWD"}, Processing: zero, Settled: money.Money{Minor: 12, Currency: "KWD"}, Cancelled: zero}
	inv.CreditLeft = zero
	it, ok := tn.rowItem(inv)
	if size := it.size(); !ok || size > rowBudget || size < rowBudget-30 {
		t.Errorf("the row takes %d bytes of %d", size, rowBudget)
	}
	back, err := readRow(inv.Account, it)
	if err != nil || back.Outstanding != inv.Outstanding || back.Settled != inv.Settled || !strings.HasSuffix(back.Title, ellipsis) {
		t.Errorf("read back: %+v %v", back, err)
	}
}

func TestCutKeepsWholeCharacters(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, n := rapid.String().Draw(r, "s"), rapid.IntRange(-2, 40).Draw(r, "n")
		got := cut(s, n)
		if len(got) > max(n, 0) && got != s || !strings.HasPrefix(s, strings.TrimSuffix(got, ellipsis)) {
			r.Fatalf("%q cut to %d is %q", s, n, got)
		}
	})
}

func TestShortIDsAreShort(t *testing.T) {
	if got := len(short(string(center.AccountIDOf("x")))); got != base64.RawURLEncoding.EncodedLen(16) {
		t.Errorf("%d characters", got)
	}
}
