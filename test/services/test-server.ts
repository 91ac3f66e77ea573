/** A throwaway server on loopback that speaks TLS only, in a folder that goes with it. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly admin: { readonly username: string; readonly password: string };
  readonly dir: string;
  /** Of the first process of the server that runs now; throws if none does. */
  readonly pid: number;
  /** All that the server has logged so far, where it can with statements; also once it ended. */
  log(): string;
  /** Ends it as a crash does, and keeps its data. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and data; rejects with the end of its log. */
  start(): Promise<void>;
  /** Ends it in order, and removes its folder. */
  stop(): Promise<void>;
}

export interface TestServerOptions {
  /** Settings of the server over those of the tests, by its own names for them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whom its certificate names: localhost, 127.0.0.1 and db.test unless told otherwise. */
  readonly hosts?: readonly string[];
}
