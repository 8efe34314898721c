// What one unit of a work costs: the CPU (user and system) of this process, and the wall time.

const cpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** A measurement that runs from its making; `report` prints one line. */
export function start() {
  const cpu = cpuUs();
  const wall = performance.now();
  return (units, more = {}) =>
    console.log(JSON.stringify({ cpu_us: (cpuUs() - cpu) / units, wall_us: ((performance.now() - wall) * 1e3) / units, units, ...more }));
}

/** Does the work once to warm up, then `rounds` times; the work tells how many units it did. */
export async function measure(rounds, work) {
  await work();
  const report = start();
  let units = 0;
  for (let i = 0; i < rounds; i++) units += await work();
  report(units);
}

/** How long after the server's writing each token was there, microseconds; without the opening (the first two tokens). */
export class Delays {
  found = [];

  add(text) {
    this.found.push((performance.timeOrigin + performance.now()) * 1e3 - Number(text));
  }

  quantiles() {
    const sorted = this.found.slice(2).sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return { p50_us: at(0.5), p99_us: at(0.99) };
  }
}

/** `total` calls, `atOnce` of them open at any time. */
export async function many(atOnce, total, one) {
  let left = total;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await one();
    }),
  );
  return total;
}
