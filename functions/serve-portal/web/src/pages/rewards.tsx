import { Redeemers } from './redeemers';
import { AllRewards } from './rewards-all';
import { Products } from './rewards-products';

/** Rewards as a whole, who may redeem them, or what earned those of one month. */
export default function Rewards({ part }: { part?: string }) {
  if (part === undefined) return <AllRewards />;
  return part === 'redeemers' ? <Redeemers /> : <Products id={part} />;
}
