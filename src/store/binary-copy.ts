/**
 * Rows in the format of `COPY … WITH (FORMAT binary)`
 * (https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS, read 2026-11-22):
 * no escaping to write, no parsing for the server. One buffer, which grows and is used again.
 */
export class BinaryCopy {
  #bytes: Buffer = Buffer.allocUnsafe(1 << 20);
  #at = 0;

  constructor() {
    this.start();
  }

  /** Forgets what was written and writes the header. */
  start(): void {
    this.#at = 0;
    this.#room(19);
    this.#at += this.#bytes.write('PGCOPY\n\xff\r\n\0', 0, 'latin1');
    this.#bytes.fill(0, this.#at, this.#at + 8);
    this.#at += 8;
  }

  /** The bytes so far with the trailer; good until the next `start`. */
  finish(): Uint8Array {
    this.#room(2);
    this.#at = this.#bytes.writeInt16BE(-1, this.#at);
    return this.#bytes.subarray(0, this.#at);
  }

  /** What was written since the last time, for a COPY that goes on: without trailer, and yours. */
  take(): Uint8Array {
    const bytes = Uint8Array.prototype.slice.call(this.#bytes, 0, this.#at);
    this.#at = 0;
    return bytes;
  }

  row(columns: number): void {
    this.#room(2);
    this.#at = this.#bytes.writeInt16BE(columns, this.#at);
  }

  null(): void {
    this.#room(4);
    this.#at = this.#bytes.writeInt32BE(-1, this.#at);
  }

  bool(value: boolean | null): void {
    if (value === null) return this.null();
    this.#room(5);
    this.#at = this.#bytes.writeInt32BE(1, this.#at);
    this.#at = this.#bytes.writeUInt8(value ? 1 : 0, this.#at);
  }

  int2(value: number): void {
    this.#room(6);
    this.#at = this.#bytes.writeInt32BE(2, this.#at);
    this.#at = this.#bytes.writeInt16BE(value, this.#at);
  }

  int4(value: number): void {
    this.#room(8);
    this.#at = this.#bytes.writeInt32BE(4, this.#at);
    this.#at = this.#bytes.writeInt32BE(value, this.#at);
  }

  /** A safe integer. */
  int8(value: number): void {
    this.#room(12);
    this.#at = this.#bytes.writeInt32BE(8, this.#at);
    this.#eight(value);
  }

  /** Eight latin1 characters, most significant byte first: a 64-bit key or fingerprint. */
  raw8(value: string): void {
    this.#room(12);
    this.#at = this.#bytes.writeInt32BE(8, this.#at);
    this.#at += this.#bytes.write(value, this.#at, 8, 'latin1');
  }

  text(value: string): void {
    this.#room(4 + value.length * 3);
    const length = this.#bytes.write(value, this.#at + 4, 'utf8');
    this.#bytes.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  jsonb(json: string): void {
    this.#room(5 + json.length * 3);
    const length = this.#bytes.write(json, this.#at + 5, 'utf8');
    this.#bytes.writeInt32BE(length + 1, this.#at);
    this.#bytes[this.#at + 4] = 1;
    this.#at += 5 + length;
  }

  jsonbOrNull(json: string | null): void {
    if (json === null) this.null();
    else this.jsonb(json);
  }

  bytea(value: Uint8Array): void {
    this.#room(4 + value.length);
    this.#at = this.#bytes.writeInt32BE(value.length, this.#at);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  int8Array(values: readonly number[]): void {
    this.#arrayHeader(values.length);
    for (const value of values) this.int8(value);
  }

  /** An int8[] of keys as `raw8` takes them. */
  raw8Array(values: readonly string[]): void {
    this.#arrayHeader(values.length);
    for (const value of values) this.raw8(value);
  }

  #arrayHeader(length: number): void {
    this.#room(24);
    const dimensions = length === 0 ? 0 : 1;
    this.#at = this.#bytes.writeInt32BE(12 + 8 * dimensions + 12 * length, this.#at);
    this.#at = this.#bytes.writeInt32BE(dimensions, this.#at);
    this.#at = this.#bytes.writeInt32BE(0, this.#at);
    this.#at = this.#bytes.writeInt32BE(INT8_OID, this.#at);
    if (dimensions === 0) return;
    this.#at = this.#bytes.writeInt32BE(length, this.#at);
    this.#at = this.#bytes.writeInt32BE(1, this.#at);
  }

  #eight(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.#at = this.#bytes.writeInt32BE(high, this.#at);
    this.#at = this.#bytes.writeUInt32BE(value - high * 0x1_0000_0000, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

const INT8_OID = 20;
