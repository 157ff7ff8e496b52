/**
 * Loaded before Muster (`node --import`): somebody sets the clock, as this process sees it, while it is
 * at work. CLOCK_STEP=-3600000:700 moves it an hour back after 700 ms.
 */
const [byMs = 0, afterMs = 0] = (process.env['CLOCK_STEP'] ?? '').split(':').map(Number);

const RealDate = Date;
let offMs = 0;
setTimeout(() => {
  offMs = byMs;
}, afterMs).unref();

class SteppedDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    // Only “now” is another one.
    if (args.length === 0) super(RealDate.now() + offMs);
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + offMs;
  }
}
globalThis.Date = SteppedDate as DateConstructor;
