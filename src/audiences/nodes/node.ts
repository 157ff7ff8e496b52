/**
 * What every kind of node knows. A kind never walks the tree: whoever walks hands it its children
 * already checked, compiled or explained, so that no kind has to know the others.
 */
export interface NodeKind<Node, Child> {
  /** The keys its JSON may have. */
  readonly keys: readonly string[];
  /** The node in `json`, or a MusterError that names `path` and what was expected there. */
  check(json: JsonObject, path: string, checkChild: (json: unknown, path: string) => Child): Node;
  children(node: Node): readonly Child[];
  /** What can change the answer besides the person's own record. */
  reach(node: Node): readonly Reach[];
  /** How many conditions it holds itself; 1 where it does not say. */
  size?(node: Node): number;
  /** Names of the events that may change the answer for whoever they are of. */
  events?(node: Node): readonly string[];
  /** Names of the audiences that it asks about. */
  audiences?(node: Node): readonly string[];
  /**
   * When the clock may change the answer for the first time after `looked_at`: a timestamptz or NULL,
   * beside that table of one row. Null or left out: nobody can say. Earlier than true does no harm.
   */
  until?(node: Node, scope: Compiling): string | null;
  /** The same of everybody: a SELECT of profile ids and moments; somebody may be in it twice. */
  untilOfAll?(node: Node, scope: Compiling): string | null;
  /** A boolean SQL expression that is never NULL; `children` are such expressions. */
  compile(node: Node, children: readonly string[], scope: Compiling): string;
  /**
   * What the answer for p rests on, as jsonb, for who asks why: the value of a trait, how often and when
   * something was done. Left out: its children, or chance, say it all.
   */
  seen?(node: Node, scope: Compiling): string;
  /** Its words inside a sentence about people. */
  explain(node: Node, children: readonly Phrase[]): Phrase;
  /** Its own line where the tree is drawn, without its children. */
  line(node: Node): string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What can change the answer for one person though their own record stays as it is, besides their
 * events: their groups, the clock, another audience, or how everybody else stands (docs/delivery.md §7).
 */
export type Reach = 'groups' | 'time' | 'linked' | 'set';

/** What compiling a node may use. */
export interface Compiling {
  readonly param: AddParam;
  /**
   * True when a value that the person has for this trait passes the test; never NULL. The test is
   * left out where nobody can have one, so it adds its own parameters: Postgres refuses those that
   * no part of a statement mentions.
   */
  anyValue(trait: string, test: CellTest): string;
  /** The earliest timestamptz to come among those that `candidates` makes of a value, or NULL. */
  earliest(trait: string, candidates: (cell: string) => string): string;
  /** The value of a trait as one text, or NULL. */
  cell(trait: string): string;
  /** What is known under a trait's name, as jsonb or NULL. */
  known(trait: string): string;
  /**
   * Of an audience of the same database; of its members, or of what Meta has of them.
   * @throws MusterError RULE_AUDIENCE_UNKNOWN
   */
  audienceId(name: string, asked: 'members' | 'synchronized'): number;
  readonly databaseId: number;
  /** Each of some people is asked about, or everybody at once: then sets are cheaper than look-ups. */
  readonly of: Asked;
}

export type Asked = 'each' | 'all';

export type Param = string | number | readonly string[];

/** Adds a parameter and gives its text, as in `$3::numeric`; equal ones share a number. */
export type AddParam = (value: Param, type: ParamType) => string;

type ParamType =
  | 'text'
  | 'text[]'
  | 'numeric'
  | 'numeric[]'
  | 'integer'
  | 'timestamp'
  | 'timestamptz';

/** From an SQL expression of type text to a boolean one that is never NULL, for NULL neither. */
export type CellTest = (cell: string) => string;

/** A statement and its opposite, each to be put after "people". */
export interface Phrase {
  readonly yes: Clause;
  readonly no: Clause;
}

export interface Clause {
  readonly text: string;
  /** It has an "and" or "or" of its own, so inside another one it needs brackets. */
  readonly joined: boolean;
}
