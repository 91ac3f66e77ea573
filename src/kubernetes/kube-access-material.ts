export interface KubeTlsMaterial {
  readonly ca: string | Buffer | undefined;
  readonly cert: string | Buffer | undefined;
  readonly key: string | Buffer | undefined;
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** What a connection needs at this moment: files may have changed since the last time. */
export interface KubeAccessMaterial {
  readonly tls: KubeTlsMaterial;
  /** The gateway's own bearer token; absent where a client certificate speaks for it. */
  readonly token: string | undefined;
}
