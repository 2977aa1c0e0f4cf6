// Package center is the language of the business: accounts, contacts, orders,
// invoices and the rules between them, one file per noun, with every error the
// product can say.
//
// It knows nothing of DynamoDB, HTTP, JSON encoders, mail or the wall clock:
// rules are pure functions of their arguments, and "today" always comes in as a
// Date. Struct tags name the fields as documents carry them; encoding them is
// the business of other rooms.
package center
