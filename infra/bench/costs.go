package main

import (
	"fmt"
	"io"
	"time"
)

// Prices in dollars, of us-east-1, on demand, without free tiers.
const (
	priceRegion     = "us-east-1"
	priceListOf     = "November 2026"
	priceReadUnit   = 0.125e-6
	priceWriteUnit  = 0.625e-6
	priceInvocation = 0.20e-6
	priceGBSecond   = 0.0000133334 // arm64
	priceAPIRequest = 1.00e-6      // HTTP API
	priceEgressByte = 0.09 / 1e9
	priceLogByte    = 0.50 / 1e9
	priceMail       = 0.10 / 1000
)

const (
	perMillion = 1e6
	// callPause is what a call to the table takes of a function's time.
	callPause = 3 * time.Millisecond
)

// cost is a use case in dollars per million.
type cost struct {
	api, lambda, dynamo, egress, logs, mail float64
}

func (c cost) total() float64 { return c.api + c.lambda + c.dynamo + c.egress + c.logs + c.mail }

// billed is how long a function is paid for: the pauses of its calls, which
// are counted as if one came after the other, and its processor time at the
// share its memory brings.
func billed(u usage) time.Duration {
	share := float64(u.memoryMB) / memoryOfCore
	return time.Duration(u.reads+u.writes)*callPause + time.Duration(float64(u.cpu)/min(share, 1))
}

// costOf is what a million of a use case costs.
func costOf(u usage) cost {
	const gigabyte = 1024.0
	return cost{
		api:    perMillion * priceAPIRequest,
		lambda: perMillion * (priceInvocation + billed(u).Seconds()*float64(u.memoryMB)/gigabyte*priceGBSecond),
		dynamo: perMillion * (u.readUnits*priceReadUnit + u.writeUnits*priceWriteUnit),
		egress: perMillion * float64(u.answerBytes) * priceEgressByte,
		logs:   perMillion * float64(u.logBytes) * priceLogByte,
		mail:   perMillion * float64(u.mails) * priceMail,
	}
}

// writeCosts writes the page of costs from what the units mode measured.
func writeCosts(w io.Writer, at time.Time, all []usage) error {
	fmt.Fprintf(w, "# What it costs\n\nWritten by `make bench` on %s; do not edit. Prices: %s, on demand, arm64, list of %s, no free tier. Dollars per million requests of each kind.\n\n",
		at.UTC().Format("2 January 2006"), priceRegion, priceListOf)
	fmt.Fprintf(w, "Units are those the table reported, memory-time is processor time at the share of a core that the function's memory brings plus %v for each call to the table, "+
		"bytes are those answered and logged. A code's mail is counted with the request that asks for it, and not the function that sends it.\n\n", callPause)
	fmt.Fprintln(w, "| request | read units | write units | billed | HTTP API | Lambda | DynamoDB | egress | logs | mail | **total** |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, u := range all {
		c := costOf(u)
		fmt.Fprintf(w, "| %s | %g | %g | %.0f ms | $%.2f | $%.2f | $%.2f | $%.2f | $%.2f | $%.2f | **$%.2f** |\n", u.name, u.readUnits, u.writeUnits,
			float64(billed(u).Microseconds())/1000, c.api, c.lambda, c.dynamo, c.egress, c.logs, c.mail, c.total())
	}
	_, err := fmt.Fprintf(w, "\nPrices used: read unit $%.3f and write unit $%.3f a million, invocation $%.2f a million, GB-second $%.10f, HTTP API request $%.2f a million, "+
		"egress $%.2f a GB, logs $%.2f a GB, mail $%.2f a thousand.\n", priceReadUnit*perMillion, priceWriteUnit*perMillion, priceInvocation*perMillion, priceGBSecond,
		priceAPIRequest*perMillion, priceEgressByte*1e9, priceLogByte*1e9, priceMail*1000)
	return err
}
