const first = 500; // ms
const most = 15_000;

/** How long to wait before the nth try to reconnect: at once, 0.5 s, doubling to 15 s, ±30 %. */
export function backoff(n: number, random: () => number = Math.random): number {
  if (n <= 0) return 0;
  return Math.round(Math.min(most, first * 2 ** (n - 1)) * (0.7 + 0.6 * random()));
}
