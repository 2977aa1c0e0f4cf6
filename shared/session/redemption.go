package session

import (
	"crypto/hmac"
	"crypto/sha256"
	"strconv"

	"customercenter/shared/center"
	"customercenter/shared/keyring"
)

// redemptionUse names the key that redemption codes are made with.
const redemptionUse = "redemption code"

// RedemptionCode is the code of a subscription's rewards in one of its
// generations, made anew each time it is shown or mailed: of what is made, only
// the hash is stored. ok is false when the key it was made with was dropped; a
// new generation then takes its place.
func RedemptionCode(ring keyring.Ring, keyID string, account center.AccountID, subscription string, generation int) (code center.RedemptionCode, ok bool) {
	key, ok := ring.Derive(keyID, redemptionUse)
	if !ok || generation < 1 {
		return "", false
	}
	mac := hmac.New(sha256.New, key)
	// The number comes last: neither of the others has a stroke in it.
	mac.Write([]byte(string(account) + "|" + strconv.Itoa(generation) + "|" + center.FoldNumber(subscription)))
	return center.RedemptionCodeOf([center.RedemptionCodeBytes]byte(mac.Sum(nil))), true
}
