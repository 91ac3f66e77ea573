export interface SandboxSettings {
  /** Private folder for the database and the keys. */
  readonly dataDir: string;
  /** Port on 127.0.0.1; 0 selects a free port. */
  readonly port: number;
  /** URLs of modules that export `admissionPlugins` (`AdmissionModule`). */
  readonly admission?: readonly string[];
}

export interface SandboxRequestOptions {
  /** Content type of the body; default: `application/json`. */
  readonly contentType?: string;
}

/** Running API server. */
export interface RunningSandbox {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly caCertificate: string;
  /** PEM of a client certificate of `kubernetes-admin` in the group `system:masters`. */
  readonly adminCertificate: string;
  readonly adminKey: string;
  /** Resolves if the sandbox ends without a call of `stop`. */
  readonly ended: Promise<Error>;
  /** Sends a request as `system:masters`; resolves with any response. */
  request(
    method: string,
    path: string,
    body?: unknown,
    options?: SandboxRequestOptions,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Acknowledged writes are on disk before the sandbox stops. */
  stop(): Promise<void>;
}
