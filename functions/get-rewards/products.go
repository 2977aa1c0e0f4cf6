package main

import (
	"bytes"
	"context"

	"customercenter/shared/center"
	"customercenter/shared/document/sheet"
	"customercenter/shared/httpapi"
	"customercenter/shared/money"
)

// which names a lot.
type which struct {
	Lot center.LotID `json:"-" query:"lot"`
}

func (in which) Validate() []center.Violation {
	if in.Lot == "" {
		return []center.Violation{{Pointer: "lot", Detail: "must be the id of a month's rewards"}}
	}
	return nil
}

type products struct {
	Products []product `json:"products"`
}

// product is a product's share of what a month earned.
type product struct {
	Number   string               `json:"productNumber,omitempty"`
	Name     string               `json:"name,omitempty"`
	Usage    money.Money          `json:"usageAmount"`
	Earned   money.Money          `json:"earnedRewards"`
	Eligible bool                 `json:"isEligibleToEarnRewards"`
	Reason   center.IneligibleUse `json:"reason,omitempty"`
}

// getProducts are what earned the rewards of a month, product by product.
func (h handler) getProducts(ctx context.Context, actor center.Actor, in which) (products, error) {
	list, err := h.store.In(actor).LotProducts(ctx, in.Lot)
	out := products{Products: make([]product, 0, len(list))}
	for _, p := range list {
		out.Products = append(out.Products, product{p.Number, p.Name, p.Used, p.Earned, p.Eligible, p.Reason})
	}
	return out, err
}

// downloadProducts is the same as a file.
func (h handler) downloadProducts(ctx context.Context, actor center.Actor, in which) (httpapi.Raw, error) {
	list, err := h.store.In(actor).LotProducts(ctx, in.Lot)
	if err != nil {
		return httpapi.Raw{}, err
	}
	var out bytes.Buffer
	w := sheet.NewCSV(&out)
	err = w.Head("productNumber", "name", "usageAmount", "earnedRewards", "currency", "isEligibleToEarnRewards", "reason")
	for _, p := range list {
		eligible := "false"
		if p.Eligible {
			eligible = "true"
		}
		if err == nil {
			err = w.Row(sheet.Text(p.Number), sheet.Text(p.Name), sheet.Amount(p.Used), sheet.Amount(p.Earned), sheet.Text(string(p.Used.Currency)),
				sheet.Text(eligible), sheet.Text(string(p.Reason)))
		}
	}
	if err == nil {
		err = w.Flush()
	}
	return httpapi.Raw{ContentType: "text/csv; charset=utf-8", Body: out.Bytes(),
		Headers: map[string]string{"content-disposition": `attachment; filename="rewards-products.csv"`}}, err
}
