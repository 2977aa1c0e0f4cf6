package main

import (
	"cmp"
	"context"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

// printContract answers the summary of a contract, to those who see the
// contract: what was agreed, with whom, and what of it is used until today.
func (h handler) printContract(ctx context.Context, actor center.Actor, in input) (httpapi.Raw, error) {
	account := h.store.In(actor)
	found, err := account.Contract(ctx, center.ContractID(in.ID), actor.May(center.ModuleContracts, center.ActionRead).OrdersOnly)
	if err != nil {
		return httpapi.Raw{}, err
	}
	if h.printer == nil {
		return httpapi.Raw{}, h.noPrinter()
	}
	language, err := chosenLanguage(actor, in, h.billing(ctx, actor))
	if err != nil {
		return httpapi.Raw{}, err
	}
	summary := summaryOf(found, actor.Today(h.now()))
	summary.Account = actor.AccountName
	if summary.Commitments, err = commitments(ctx, account, found); err != nil {
		return httpapi.Raw{}, err
	}
	file, err := h.printer.Contract(summary, language)
	return answerFile(file, "application/pdf", paper.FileName("pdf", "Contract", summary.Number, summary.Title, string(summary.Today)), err)
}

// summaryOf is a contract as it is printed; a subscription that stands alone
// is its own.
func summaryOf(found store.ContractDetail, today center.Date) paper.Contract {
	out := paper.Contract{Today: today, AutoRenew: renewing(found.Subscriptions)}
	if c := found.Contract; c != nil {
		out.Number, out.Title, out.SupportID, out.State, out.PO = c.Number, c.Name, c.CSI, c.State(today), c.PONumber
		out.Start, out.End, out.Terminated = c.StartOn, c.EndOn, c.TerminatedOn
		out.Orders, out.Parties, out.Contacts, out.Notes = c.OrderNumbers, c.Parties, c.Contacts, []string{c.HoldReason}
	} else if len(found.Subscriptions) > 0 {
		s := found.Subscriptions[0]
		out.Number, out.Title, out.SupportID, out.State, out.PO = s.Number, nameOf(s), s.CSI, s.State(today), s.PONumber
		out.Start, out.End, out.Terminated, out.Orders = s.StartOn, s.EndOn, s.TerminatedOn, []string{s.OrderNumber}
	}
	for _, s := range found.Subscriptions {
		out.Plans = append(out.Plans, plansOf(s, today)...)
		if !slices.Contains(out.Notes, s.HoldReason) {
			out.Notes = append(out.Notes, s.HoldReason)
		}
	}
	return out
}

func nameOf(s center.Subscription) string { return cmp.Or(s.Service, s.Plan) }

// renewing says whether plans renew by themselves; nil where they differ.
func renewing(plans []center.Subscription) *bool {
	if len(plans) == 0 || slices.ContainsFunc(plans, func(s center.Subscription) bool { return s.AutoRenew != plans[0].AutoRenew }) {
		return nil
	}
	return &plans[0].AutoRenew
}

// plansOf are a plan and its service lines.
func plansOf(s center.Subscription, today center.Date) []paper.ContractPlan {
	rows := []paper.ContractPlan{{Name: nameOf(s), Service: s.Number, Start: s.StartOn, End: s.EndOn, Amount: s.Amount, Currency: s.Currency,
		Frequency: s.BillingFrequency, State: string(s.State(today))}}
	for _, l := range s.Lines {
		row := paper.ContractPlan{Name: l.Product, Service: l.PartNumber, Quantity: l.Quantity, UnitPrice: l.NetUnitPrice, Amount: l.Amount,
			Currency: s.Currency, State: l.Status}
		if l.StartOn != s.StartOn || l.EndOn != s.EndOn {
			row.Start, row.End = l.StartOn, l.EndOn
		}
		rows = append(rows, row)
	}
	return rows
}

// commitments measures what was agreed to be used, of the contract and of its
// plans, against what was used.
func commitments(ctx context.Context, account store.Account, found store.ContractDetail) (out []paper.ContractCommitment, err error) {
	var all []center.PeriodUsage
	add := func(of string, c *center.Commitment, currency string, usage []center.PeriodUsage) {
		if use, ok := c.Use(currency, usage); ok {
			out = append(out, paper.ContractCommitment{Of: of, Start: use.StartOn, End: use.EndOn, Committed: use.Committed, Used: use.Used})
		}
	}
	whole := found.Contract != nil && found.Contract.Commitment != nil
	for _, s := range found.Subscriptions {
		if !whole && s.Commitment == nil {
			continue
		}
		usage, err := account.Usage(ctx, s.Number)
		if err != nil {
			return nil, err
		}
		all = append(all, usage...)
		add(s.Number, s.Commitment, s.Currency, usage)
	}
	if whole {
		add(found.Contract.Number, found.Contract.Commitment, found.Contract.Currency, all)
	}
	return out, nil
}
