// Package conformance is the contract between this product and DynamoDB as tests:
// what the store relies on, asked of an endpoint through the real SDK. It runs
// against the embedded engine, or against any other endpoint:
//
//	go test ./infra/local/dynamo/conformance -count=1
//	DDB=http://localhost:8000 go test ./infra/local/dynamo/conformance -count=1
//	DDB=https://dynamodb.eu-central-1.amazonaws.com AWS_REGION=eu-central-1 go test …
//
// It makes tables of random names and deletes them. It knows nothing of the
// engine's insides; those have tests of their own.
package conformance
