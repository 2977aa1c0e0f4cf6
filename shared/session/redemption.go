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
func RedemptionCode(ring keyring.Ring, keyID string, account center.AccountID, sub center.SubscriptionID, generation int) (raw [center.RedemptionCodeBytes]byte, ok bool) {
	key, ok := ring.Derive(keyID, redemptionUse)
	if !ok || generation < 1 {
		return raw, false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(string(account) + "|" + string(sub) + "|" + strconv.Itoa(generation))) // ids have no stroke in them
	return [center.RedemptionCodeBytes]byte(mac.Sum(nil)), true
}
