/** A certificate that ran out in 2020, with the key that goes with it: made for tests, and good for nothing else. */
export const EXPIRED = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBDzCBtgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwHhcN
MjAwMTAxMDAwMDAwWhcNMjAwMTAyMDAwMDAwWjAUMRIwEAYDVQQDDAkxMjcuMC4w
LjEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASaiCskFZqk9fHN3nDtxE+5yThb
6VQ0lL4Nt14AFEZuAHVwELypRRMKdDI35miaV53u1ovzlusUkQwe2/6KosjiMAoG
CCqGSM49BAMCA0gAMEUCIQCxP+cQgoJSj33nwZLKylXfMHGV5B+TjPjZ7nPQysYG
9wIgIj4ewkEpJLIUkTFRbwv2EPxaZzDMHel5mCeDkVtTqhE=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIBM5r1FLXpG7OA+CNyJqMbFa2gl/tI/ql/zrkL2kGbCDoAoGCCqGSM49
AwEHoUQDQgAEmogrJBWapPXxzd5w7cRPuck4W+lUNJS+DbdeABRGbgB1cBC8qUUT
CnQyN+Zomled7taL85brFJEMHtv+iqLI4g==
-----END EC PRIVATE KEY-----
`,
} as const;
