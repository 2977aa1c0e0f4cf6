import { sharesOf } from '../decimal';

export interface Part {
  name: string;
  tone: string;
  amount: string;
}

const WIDTH = 1000;
const GAP = 4;

/** One bar cut into parts. A picture only: the numbers stand beside it in a table or list. */
export function Shares({ parts }: { parts: Part[] }) {
  const shares = sharesOf(parts.map((part) => part.amount));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let start = 0;
  return (
    <svg class="shares turns" viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="shares-ground" width={WIDTH} height="10" />
      {parts.map((part, index) => {
        const share = shares[index] ?? 0;
        if (share === 0) return null;
        const width = (share * WIDTH) / whole;
        const x = start;
        start += width;
        const gap = start < WIDTH - 1 ? GAP : 0;
        return <rect key={part.name} class={`tone-${part.tone}`} x={x} width={Math.max(GAP, width - gap)} height="10" />;
      })}
    </svg>
  );
}

export function Swatch({ tone }: { tone: string }) {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
      <rect class={`tone-${tone}`} width="10" height="10" rx="3" />
    </svg>
  );
}
