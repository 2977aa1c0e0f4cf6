package store

// DecodeInOnePass is for tests that hold it against the SDK's own decoder.
var DecodeInOnePass = decodeInOnePass
