package pay

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/infra/local/cloudtest"
	standin "customercenter/infra/local/stripe"
	"customercenter/infra/prove/explore"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/processor"
	"customercenter/shared/processor/stripe"
)

// The controls are the ways to pay that come to mind first, written against
// the same table and processor as the product and judged by the same
// standard. Each is known to be wrong: an explorer that finds nothing wrong
// with them proves nothing about the product either.

// slip is one invoice as a naive program keeps it: a status, and in some who
// is at it.
type slip struct {
	db    *dynamodb.Client
	table string
}

const slipKey = "naive"

// price is what is to be paid, once.
var price = money.Money{Minor: 1000, Currency: "EUR"}

var errNotSo = errors.New("the condition does not hold")

func (s slip) read(ctx context.Context) (status, holder string, err error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: s.key(), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return "", "", err
	}
	text := func(name string) string {
		if v, ok := out.Item[name].(*types.AttributeValueMemberS); ok {
			return v.Value
		}
		return ""
	}
	return text("status"), text("holder"), nil
}

func (s slip) key() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: slipKey}, "sk": &types.AttributeValueMemberS{Value: slipKey}}
}

// set writes status and holder, if the condition holds; "" is none.
func (s slip) set(ctx context.Context, status, holder, condition, mine string) error {
	in := &dynamodb.UpdateItemInput{TableName: &s.table, Key: s.key(), UpdateExpression: aws.String("SET #s = :s, holder = :h"),
		ExpressionAttributeNames:  map[string]string{"#s": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":s": &types.AttributeValueMemberS{Value: status}, ":h": &types.AttributeValueMemberS{Value: holder}}}
	if condition != "" {
		in.ConditionExpression = &condition
		in.ExpressionAttributeValues[":mine"] = &types.AttributeValueMemberS{Value: mine}
		if strings.Contains(condition, ":none") {
			in.ExpressionAttributeValues[":none"] = &types.AttributeValueMemberS{}
		}
	}
	_, err := s.db.UpdateItem(ctx, in)
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return errNotSo
	}
	return err
}

// naive is one program at its desk.
type naive struct {
	slip
	processor.Processor
	customer string
	method   center.MethodID
}

// charge takes the price under a key and tells whether it came.
func (n naive) charge(ctx context.Context, key, payer string) (taken bool, err error) {
	o, err := n.Create(ctx, processor.Charge{Key: key, Amount: price, Customer: n.customer, Method: n.method,
		Tag: processor.Tag{Payment: center.PaymentID(payer)}, Description: "naive"})
	if err != nil {
		return false, err
	}
	o, err = n.Confirm(ctx, o.ID, "http://localhost/")
	return o.State == processor.Succeeded, err
}

// control is one naive protocol. sweep is nil where it has none.
type control struct {
	name  string
	pay   func(ctx context.Context, n naive, payer, try string) (told bool)
	sweep func(ctx context.Context, n naive)
}

const (
	unpaid = "open"
	paid   = "paid"
)

var controls = []control{
	{"read, charge, mark", func(ctx context.Context, n naive, payer, try string) bool {
		status, _, err := n.read(ctx)
		if err != nil || status == paid {
			return false
		}
		taken, err := n.charge(ctx, payer+try, payer)
		if err != nil || !taken {
			return false
		}
		return n.set(ctx, paid, "", "", "") == nil
	}, nil},
	{"the browser's key is the processor's", func(ctx context.Context, n naive, payer, _ string) bool {
		status, _, err := n.read(ctx)
		if err != nil || status == paid {
			return false
		}
		taken, err := n.charge(ctx, payer, payer)
		if err != nil || !taken {
			return false
		}
		return n.set(ctx, paid, "", "#s <> :mine", paid) == nil
	}, nil},
	{"a slot, and a sweep that looks and frees", func(ctx context.Context, n naive, payer, _ string) bool {
		if n.set(ctx, unpaid, payer, "#s = :s AND (holder = :none OR holder = :mine)", payer) != nil {
			return false
		}
		taken, err := n.charge(ctx, payer, payer)
		if err != nil {
			return false
		}
		if !taken {
			_ = n.set(ctx, unpaid, "", "holder = :mine", payer)
			return false
		}
		return n.set(ctx, paid, "", "holder = :mine", payer) == nil
	}, lookAndFree},
}

// lookAndFree asks the processor whether the holder was charged, and frees
// the slot where it finds nothing: the holder may only be late.
func lookAndFree(ctx context.Context, n naive) {
	status, holder, err := n.read(ctx)
	if err != nil || status == paid || holder == "" {
		return
	}
	made, _, err := n.Made(ctx, cloudtest.Start.AddDate(-100, 0, 0), cloudtest.Start.AddDate(1, 0, 0), "")
	if err != nil {
		return
	}
	for _, o := range made {
		if string(o.Tag.Payment) == holder && o.State == processor.Succeeded {
			_ = n.set(ctx, paid, "", "holder = :mine", holder)
			return
		}
	}
	_ = n.set(ctx, unpaid, "", "holder = :mine", holder)
}

// bench is where one schedule of a control runs.
type bench struct {
	cloud    *cloudtest.Cloud
	stripe   *standin.Service
	customer string
	method   center.MethodID
}

func newBench(t *testing.T) *bench {
	b := &bench{cloud: cloudtest.Table(t), stripe: standin.New(standin.Options{})}
	b.customer, b.method = storedCard(t, b.stripe, "pm_card_visa")
	n := b.naive(nil)
	if err := n.set(context.Background(), unpaid, "", "", ""); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) naive(a *explore.Actor) naive {
	g := gate{actor: a, table: b.cloud.DB, stripe: b.stripe}
	db := dynamodb.New(dynamodb.Options{Region: "eu-central-1", BaseEndpoint: aws.String("http://table.local"), HTTPClient: g.toTable(),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	return naive{slip{db, b.cloud.Table}, stripe.New(stripe.Options{Key: testKey, Base: stripeBase, HTTP: g.toProcessor()}), b.customer, b.method}
}

// run plays two colleagues, of whom one asks twice, and judges.
func (c control) run(t *testing.T, choose explore.Chooser) (verdict string) {
	b := newBench(t)
	defer b.stripe.Close()
	defer b.cloud.DB.Close()
	ctx := context.Background()
	s := explore.New(choose, 1)
	told := false
	payer := func(name string) {
		s.Spawn(name, func(a *explore.Actor) {
			n := b.naive(a)
			if c.pay(ctx, n, name, "1") || !a.Gone() && c.pay(ctx, n, name, "2") {
				told = true
			}
		})
	}
	payer("ann")
	payer("bob")
	if c.sweep != nil {
		s.Spawn("sweep", func(a *explore.Actor) { c.sweep(ctx, b.naive(a)) })
	}
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
	if c.sweep != nil {
		c.sweep(ctx, b.naive(nil))
	}
	status, _, err := b.naive(nil).read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	captured := int64(0)
	for _, intent := range b.stripe.Intents() {
		captured += intent.Captured
	}
	switch {
	case captured > price.Minor:
		return "charged twice"
	case captured > 0 && status != paid:
		return "charged and shown unpaid"
	case captured == 0 && (told || status == paid):
		return "shown paid and not charged"
	}
	return ""
}

func TestControlsAreFoundWrong(t *testing.T) {
	for _, c := range controls {
		t.Run(c.name, func(t *testing.T) {
			count := tally.Open(t, "control: "+c.name)
			for seed := range *controlSchedules {
				var verdict string
				synctest.Test(t, func(t *testing.T) { verdict = c.run(t, explore.NewDraw(uint64(seed), 10)) })
				count.Add(verdict)
			}
			if count.Violations() == 0 {
				t.Errorf("%d schedules and nothing wrong: the explorer is blind", *controlSchedules)
			}
		})
	}
}
