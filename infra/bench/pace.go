package main

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
)

// How many letters are sent at each rate.
const (
	pacedLetters  = 1_500
	racedLetters  = 1_400 // fewer than are left: some are under way when the first are counted
	pacedRate     = 200
	racedRate     = 1_000
	mailPatience  = 50 * time.Second // below what a function may take
	afterTheHour  = 12               // of the day, in UTC, when the digests leave
	mailCountTick = 5 * time.Millisecond
)

// sink takes mails and answers at once.
type sink struct {
	mu          sync.Mutex
	count       int
	first, last time.Time
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	s.mu.Lock()
	s.count++
	if s.last = time.Now(); s.count == 1 {
		s.first = s.last
	}
	id := s.count
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, "<SendRawEmailResponse><SendRawEmailResult><MessageId>mail-%d</MessageId></SendRawEmailResult></SendRawEmailResponse>", id)
}

// taken is how many mails came, and how many a second between the first and
// the last.
func (s *sink) taken() (count int, rate float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count > 1 {
		rate = float64(s.count-1) / s.last.Sub(s.first).Seconds()
	}
	return s.count, rate
}

// paces sends digests at a rate that is kept, and at one that may not be.
func (b *bench) paces(mailing, planning string) ([]figure.Figure, error) {
	now := time.Now()
	day := newestDay(now)
	w, endpoint, err := b.owing(day, remindLetters, remindLetters, 0)
	if w != nil {
		defer w.Close()
	}
	if err != nil {
		return nil, err
	}
	p, err := process.Start(planning, w.Environment(planner, endpoint))
	if err != nil {
		return nil, err
	}
	_, _, err = ticked(p, now)
	p.Stop()
	if err != nil {
		return nil, err
	}
	leaves := fmt.Sprintf("CENTER_NOW=%sT%02d:00:00Z", day, afterTheHour)
	paced, _, err := b.send(w, mailing, endpoint, leaves, pacedRate, pacedLetters)
	if err != nil {
		return nil, err
	}
	raced, each, err := b.send(w, mailing, endpoint, leaves, racedRate, racedLetters)
	return []figure.Figure{
		{Budget: "G6", What: fmt.Sprintf("letters a second, of %d that are set", pacedRate), Value: paced, Limit: remindPaced * pacedRate, Least: true,
			Note: fmt.Sprintf("%d digests by one process at GOMAXPROCS=1", pacedLetters), Why: "the process had less than a processor to itself."},
		{What: fmt.Sprintf("the same of %d that are set", racedRate), Value: raced,
			Note: fmt.Sprintf("%d digests; %.1f ms of processor time each, so that one processor is the bound at %.0f", racedLetters, each*1000, 1/each)},
	}, err
}

// send has the mailer send so many of what is due, and answers its rate and the
// processor time of each in seconds.
func (b *bench) send(w *world.World, binary, endpoint, now string, rate, letters int) (reached, each float64, err error) {
	s := &sink{}
	mail, err := w.Serve(s)
	if err != nil {
		return 0, 0, err
	}
	p, err := process.Start(binary, w.Environment(mailer, endpoint, "AWS_ENDPOINT_URL_SES="+mail, fmt.Sprintf("CENTER_MAIL_RATE=%d", rate), now))
	if err != nil {
		return 0, 0, err
	}
	defer p.Stop()
	before, err := p.CPU()
	if err != nil {
		return 0, 0, err
	}
	go func() { _, _, _ = p.Invoke([]byte(`{"source":"aws.scheduler","time":"2026-11-22T06:00:00Z"}`)) }() // it is stopped before it is through
	for end := time.Now().Add(mailPatience); ; time.Sleep(mailCountTick) {
		count, r := s.taken()
		if count < letters && time.Now().Before(end) {
			continue
		}
		if count < letters {
			return 0, 0, fmt.Errorf("%d of %d letters in %v\n%s", count, letters, mailPatience, p.Lines())
		}
		after, err := p.CPU()
		return r, (after - before).Seconds() / float64(count), err
	}
}
