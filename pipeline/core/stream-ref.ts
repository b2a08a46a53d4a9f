/** Names the output of a node: what an edge of the graph begins at. `port` is a side output or a case of a split. */
export interface OutputRef {
  readonly node: string;
  readonly port: string | undefined;
}

/** A stream as another operator refers to it; `T` is the type of its values. */
export interface StreamRef<out T> {
  readonly output: OutputRef;
  /** Only the types see it. */
  readonly carries?: T;
}

/** A broadcast source as an operator refers to it; `T` is the type of its rows. */
export interface BroadcastRef<out T> {
  readonly broadcast: string;
  /** Only the types see it. */
  readonly rows?: T;
}
