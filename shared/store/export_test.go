package store

import (
	"context"

	"customercenter/shared/center"
)

// PutRedeemer and PutCode put what managing redeemers does, whatever stands
// there.
func PutRedeemer(ctx context.Context, s *Store, account center.AccountID, r center.Redeemer) error {
	it := tenantOf(account).redeemerItem(r)
	return s.apply(ctx, write{name: "redeemer", verb: put, at: it.key(), item: it})
}

func PutCode(ctx context.Context, s *Store, account center.AccountID, c center.RewardCode) error {
	it := tenantOf(account).codeItem(c)
	return s.apply(ctx, write{name: "code", verb: put, at: it.key(), item: it})
}
