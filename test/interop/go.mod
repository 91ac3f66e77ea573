// Reads the audit log with code that is not ours: golang.org/x/mod/sumdb.
module sallyport.dev/test/interop

go 1.26.0

require golang.org/x/mod v0.43.0
