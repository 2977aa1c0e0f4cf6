package awshttp

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
)

// Of the hundred and more certificate authorities a system trusts, the
// services used are signed by a handful. Taking only those out of the system's
// bundle saves a function nearly all of what reading every one costs. A service that another authority signed is
// met with all of them, a connection later.

// bundles are where Linux systems keep what they trust, divided by colons; the
// first that can be read counts. It is a text so that the linker can set it.
var bundles = "/etc/pki/tls/certs/ca-bundle.crt:/etc/ssl/certs/ca-certificates.crt"

// authorities are what the names of the authorities that sign for AWS begin
// with.
var authorities = [][]byte{[]byte("Amazon Root CA"), []byte("Starfield Services Root")}

// pickedRoots returns the authorities of AWS among the system's, nil where
// none is found. It reads them when it is first asked.
func pickedRoots() func() *x509.CertPool {
	return sync.OnceValue(func() *x509.CertPool {
		for file := range strings.SplitSeq(bundles, ":") {
			if text, err := os.ReadFile(file); err == nil {
				return pick(text)
			}
		}
		return nil
	})
}

const (
	beginning = "-----BEGIN CERTIFICATE-----\n"
	// headBytes of a certificate's text hold the name of who issued it, which
	// of a root is its own.
	headBytes = 6 * 65
)

// pick looks at the beginning of each certificate and takes apart only those
// of the authorities: taking them apart is what costs.
func pick(bundle []byte) *x509.CertPool {
	pool, found := x509.NewCertPool(), false
	for {
		at := bytes.Index(bundle, []byte(beginning))
		if at < 0 {
			break
		}
		bundle = bundle[at:]
		if namesAuthority(bundle[len(beginning):min(len(bundle), len(beginning)+headBytes)]) {
			if block, _ := pem.Decode(bundle); block != nil {
				found = pool.AppendCertsFromPEM(pem.EncodeToMemory(block)) || found
			}
		}
		bundle = bundle[len(beginning):]
	}
	if !found {
		return nil
	}
	return pool
}

// namesAuthority looks for the names in the beginning of a certificate's text.
func namesAuthority(text []byte) bool {
	text, _, _ = bytes.Cut(text, []byte("-----"))
	var head [headBytes]byte
	// What is cut off in the middle ends in an error, after what came before.
	n, _ := base64.StdEncoding.Decode(head[:], text)
	for _, name := range authorities {
		if bytes.Contains(head[:n], name) {
			return true
		}
	}
	return false
}

// secureDialer opens TLS connections, trusting few first and then all.
type secureDialer struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	few  func() *x509.CertPool
	all  *x509.CertPool // nil is the system's
}

func (d secureDialer) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	if few := d.few(); few != nil {
		conn, err := d.handshake(ctx, network, address, few)
		var untrusted *tls.CertificateVerificationError
		if !errors.As(err, &untrusted) {
			return conn, err
		}
	}
	return d.handshake(ctx, network, address, d.all)
}

func (d secureDialer) handshake(ctx context.Context, network, address string, trusted *x509.CertPool) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	plain, err := d.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, tlsHandshakeTimeout)
	defer cancel()
	conn := tls.Client(plain, &tls.Config{ServerName: host, RootCAs: trusted, MinVersion: tls.VersionTLS12})
	if err := conn.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, err
	}
	return conn, nil
}
