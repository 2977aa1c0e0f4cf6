package awshttp

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// authority is a certificate authority made for a test.
type authority struct {
	key         *rsa.PrivateKey
	certificate *x509.Certificate
	pem         []byte
}

func newAuthority(t *testing.T, name string) authority {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{key, certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// serve is a service on this machine whose certificate the authority signed.
func (a authority) serve(t *testing.T) string {
	t.Helper()
	form := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, form, a.certificate, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: a.key}}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

func TestWhomTheClientTrusts(t *testing.T) {
	amazon, other, stranger := newAuthority(t, "Amazon Root CA 9"), newAuthority(t, "Other Root"), newAuthority(t, "Amazon Root CA 9")
	for name, tt := range map[string]struct {
		server, few, all authority
		none             bool // no few at all
		ok               bool
	}{
		"one of the few":                    {server: amazon, few: amazon, all: other, ok: true},
		"one of all":                        {server: other, few: amazon, all: other, ok: true},
		"one of all where there are no few": {server: other, all: other, none: true, ok: true},
		"neither, though it has the name":   {server: stranger, few: amazon, all: other},
	} {
		t.Run(name, func(t *testing.T) {
			few := func() *x509.CertPool {
				if tt.none {
					return nil
				}
				return tt.few.pool()
			}
			d := secureDialer{dial: new(net.Dialer).DialContext, few: few, all: tt.all.pool()}
			client := http.Client{Transport: &http.Transport{DialTLSContext: d.dialTLS}}
			res, err := client.Get(tt.server.serve(t))
			if (err == nil) != tt.ok {
				t.Fatalf("err = %v", err)
			}
			if err == nil {
				res.Body.Close()
			}
		})
	}
}

func TestOnlyAuthoritiesOfAWSArePicked(t *testing.T) {
	amazon, other := newAuthority(t, "Amazon Root CA 9"), newAuthority(t, "Other Root")
	picked := pick(bytes.Join([][]byte{[]byte("# a comment\n"), other.pem, amazon.pem, []byte("rubbish")}, nil))
	if !picked.Equal(amazon.pool()) {
		t.Error("the pool is not the one authority")
	}
	if pick(other.pem) != nil || pick(nil) != nil {
		t.Error("a pool of nobody trusts nobody: it must be none")
	}
}

func TestSystemBundleHasTheAuthorities(t *testing.T) {
	pool := pickedRoots()()
	if pool == nil {
		t.Skip("this system keeps its authorities elsewhere")
	}
	// Four roots of Amazon's own and, in most bundles, the one it bought.
	if n := len(pool.Subjects()); n < 4 || n > 8 {
		t.Errorf("%d authorities were picked", n)
	}
}
