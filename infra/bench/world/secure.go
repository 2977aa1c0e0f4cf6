package world

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Secure is a TLS address that functions reach the table at.
type Secure struct {
	Endpoint string
	Roots    string // file with the authority of the endpoint alone
	Bundle   string // file with the system's authorities and that one
}

// systemBundles are where Linux systems keep what they trust.
var systemBundles = []string{"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"}

// ServeTLS answers with h over TLS under an authority made for it, of the name
// and the strength that sign for AWS; its files are put into dir.
func (w *World) ServeTLS(h http.Handler, dir string) (Secure, error) {
	root, leaf, err := certificates()
	if err != nil {
		return Secure{}, err
	}
	s := Secure{Roots: filepath.Join(dir, "roots.pem"), Bundle: filepath.Join(dir, "bundle.pem")}
	system, err := systemBundle()
	if err != nil {
		return Secure{}, err
	}
	if err := os.WriteFile(s.Roots, root, 0o644); err != nil {
		return Secure{}, err
	}
	if err := os.WriteFile(s.Bundle, bytes.Join([][]byte{system, root}, []byte("\n")), 0o644); err != nil {
		return Secure{}, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Secure{}, err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{leaf}, NextProtos: []string{"http/1.1"}}}
	w.servers = append(w.servers, server)
	go server.ServeTLS(listener, "", "")
	s.Endpoint = "https://" + listener.Addr().String()
	return s, nil
}

func systemBundle() ([]byte, error) {
	for _, file := range systemBundles {
		if text, err := os.ReadFile(file); err == nil {
			return text, nil
		}
	}
	return nil, fmt.Errorf("world: this system keeps its authorities in none of %v", systemBundles)
}

// certificates makes an authority, as PEM, and a certificate of this machine
// that it signed.
func certificates() (root []byte, leaf tls.Certificate, err error) {
	const bits = 2048
	rootKey, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, leaf, err
	}
	leafKey, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, leaf, err
	}
	from, until := time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	rootForm := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Amazon Root CA of the bench"}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	rootDER, err := x509.CreateCertificate(rand.Reader, rootForm, rootForm, &rootKey.PublicKey, rootKey)
	if err != nil {
		return nil, leaf, err
	}
	leafForm := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: from, NotAfter: until, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	leafDER, err := x509.CreateCertificate(rand.Reader, leafForm, rootForm, &leafKey.PublicKey, rootKey)
	if err != nil {
		return nil, leaf, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER}), tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: leafKey}, nil
}
