package center

// WarnOfEnd is the day on which people are told that a lot ends: the first on
// which it is ending soon.
func WarnOfEnd(expires Date) Date { return expires.AddDays(-endingDays) }

// LotsEnding are the lots that end on a day and have something left that may be
// used still, subscription by subscription.
func LotsEnding(purses []RewardPurse, day, today Date) (lots []RewardLot) {
	return lotsOf(purses, func(l RewardLot) bool { return l.ExpiresOn == day && l.Usable(today) && l.Available.Sign() > 0 })
}

// LotsEarned are the lots that the usage of a month has earned, subscription by
// subscription.
func LotsEarned(purses []RewardPurse, period string) (lots []RewardLot) {
	return lotsOf(purses, func(l RewardLot) bool { return l.Period == period && !l.Manual && l.Earned.Sign() > 0 })
}

func lotsOf(purses []RewardPurse, wanted func(RewardLot) bool) (lots []RewardLot) {
	for _, p := range purses {
		for _, l := range p.Lots {
			if wanted(l) {
				lots = append(lots, l)
			}
		}
	}
	return lots
}
