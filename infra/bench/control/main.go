// Command control answers a page of invoices the way most people write such a
// function: the SDK's configuration loader, struct tags, one call after the
// other, everything made anew where the examples make it anew. It asks what
// list-invoices asks and answers rows of the same fields, and has none of its
// care: it is what the bench compares list-invoices with, and does not know its
// rules.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	client *dynamodb.Client
	table  = os.Getenv("CENTER_TABLE")
	logger = slog.New(slog.NewJSONHandler(os.Stdout, nil))
)

// row is a list row of the table.
type row struct {
	PK          string `dynamodbav:"pk"`
	SK          string `dynamodbav:"sk"`
	Issued      string `dynamodbav:"is"`
	Number      string `dynamodbav:"ns"`
	Amount      string `dynamodbav:"ms"`
	Currency    string `dynamodbav:"c"`
	Type        string `dynamodbav:"ty"`
	PO          string `dynamodbav:"po"`
	Contract    string `dynamodbav:"ct"`
	Title       string `dynamodbav:"t"`
	Outstanding int64  `dynamodbav:"o"`
	Processing  int64  `dynamodbav:"p"`
	Version     int    `dynamodbav:"n"`
}

// total is a day's total.
type total struct {
	SK    string `dynamodbav:"sk"`
	Count int    `dynamodbav:"cn"`
	Sum   int64  `dynamodbav:"o"`
}

// member is a contact with her sessions.
type member struct {
	Email    string `dynamodbav:"em"`
	Active   bool   `dynamodbav:"ac"`
	Sessions map[string]struct {
		Seen int64 `dynamodbav:"n"`
	} `dynamodbav:"s"`
}

// invoice is a row of the answer.
type invoice struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	Status      string `json:"status"`
	Type        string `json:"type,omitempty"`
	Title       string `json:"title,omitempty"`
	PO          string `json:"poNumber,omitempty"`
	Contract    string `json:"contractNumber,omitempty"`
	IssuedOn    string `json:"issuedOn"`
	DueOn       string `json:"dueOn"`
	DaysLate    int    `json:"daysLate"`
	Amount      string `json:"amount"`
	Outstanding string `json:"outstanding"`
	Currency    string `json:"currency"`
	Version     int    `json:"version"`
}

type page struct {
	Items []invoice `json:"items"`
	Count int       `json:"count"`
}

var errSignIn = errors.New("not signed in")

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	client = dynamodb.NewFromConfig(cfg)
	lambda.Start(serve)
}

func serve(ctx context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	began := time.Now()
	out, status := any(nil), http.StatusOK
	page, err := list(ctx, r)
	switch {
	case errors.Is(err, errSignIn):
		out, status = map[string]string{"message": err.Error()}, http.StatusUnauthorized
	case err != nil:
		return events.APIGatewayV2HTTPResponse{}, err
	default:
		out = page
	}
	body, err := json.Marshal(out)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	logger.Info("request", "requestId", r.RequestContext.RequestID, "status", status, "ms", time.Since(began).Milliseconds())
	return events.APIGatewayV2HTTPResponse{StatusCode: status, Headers: map[string]string{"content-type": "application/json"}, Body: string(body)}, nil
}

func list(ctx context.Context, r events.APIGatewayV2HTTPRequest) (page, error) {
	account, err := signedIn(ctx, r)
	if err != nil {
		return page{}, err
	}
	limit, err := strconv.Atoi(r.QueryStringParameters["limit"])
	if err != nil {
		return page{}, err
	}
	var rows []row
	if err := query(ctx, "L#"+account, "U#", limit+1, &rows); err != nil {
		return page{}, err
	}
	var totals []total
	if err := query(ctx, "L#"+account, "T#", 1000, &totals); err != nil {
		return page{}, err
	}
	out := page{}
	for _, t := range totals {
		out.Count += t.Count
	}
	for _, row := range rows[:min(limit, len(rows))] {
		out.Items = append(out.Items, show(row))
	}
	return out, nil
}

// signedIn reads the contact's item and looks for the session in it.
func signedIn(ctx context.Context, r events.APIGatewayV2HTTPRequest) (account string, err error) {
	if len(r.Cookies) == 0 {
		return "", errSignIn
	}
	_, token, _ := strings.Cut(r.Cookies[0], "=")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", errSignIn
	}
	account = short(parts[0])
	out, err := client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(table), ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "A#" + account}, "sk": &types.AttributeValueMemberS{Value: "M#" + short(parts[1])},
		},
	})
	if err != nil {
		return "", err
	}
	var m member
	if err := attributevalue.UnmarshalMap(out.Item, &m); err != nil {
		return "", err
	}
	secret, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return "", errSignIn
	}
	sum := sha256.Sum256(secret)
	if _, ok := m.Sessions[hex.EncodeToString(sum[:16])]; !ok || !m.Active {
		return "", errSignIn
	}
	return account, nil
}

func query(ctx context.Context, pk, prefix string, limit int, into any) error {
	values, err := attributevalue.MarshalMap(map[string]string{":pk": pk, ":prefix": prefix})
	if err != nil {
		return err
	}
	out, err := client.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(table), KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: values, Limit: aws.Int32(int32(limit)),
	})
	if err != nil {
		return err
	}
	return attributevalue.UnmarshalListOfMaps(out.Items, into)
}

func short(id string) string {
	raw, err := hex.DecodeString(id)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func show(r row) invoice {
	due, id := "", ""
	if parts := strings.Split(r.SK, "#"); len(parts) == 3 {
		due, id = parts[1], parts[2]
	}
	out := invoice{ID: id, Number: strings.TrimPrefix(r.Number, "I"), Type: r.Type, Title: r.Title, PO: r.PO, Contract: r.Contract,
		IssuedOn: day(strings.TrimPrefix(r.Issued, "I")), DueOn: day(due), Currency: r.Currency, Version: r.Version, Status: "OPEN"}
	if at, err := time.Parse("20060102", due); err == nil && at.Before(time.Now()) {
		out.Status, out.DaysLate = "PAST_DUE", int(time.Since(at).Hours()/24)
	}
	if len(r.Amount) > 2 {
		out.Amount = r.Amount[3:]
		out.Outstanding = out.Amount
	}
	return out
}

func day(compact string) string {
	at, err := time.Parse("20060102", compact)
	if err != nil {
		return ""
	}
	return at.Format(time.DateOnly)
}
