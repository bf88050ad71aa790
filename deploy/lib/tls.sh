# A certificate authority of this machine and the certificate of its NGINX, for `up --tls`. They stay in .run/tls.

# A certificate of your own in .run/tls/server.pem and server.key is left alone until 30 days before it ends.
make_certificates() {
  local folder=$run/tls names
  mkdir -p $folder && chmod 700 $folder
  [ -e $folder/ca.pem ] || make_authority $folder
  ! openssl x509 -in $folder/server.pem -noout -checkend $((30 * 86400)) >/dev/null 2>&1 || return 0
  step "Making a certificate for this machine, signed by $folder/ca.pem"
  names="DNS:localhost,DNS:$(hostname),IP:127.0.0.1,IP:::1"
  openssl_quietly req -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj "/CN=$(hostname)" \
    -keyout $folder/server.key -out $folder/server.csr
  openssl_quietly x509 -req -in $folder/server.csr -CA $folder/ca.pem -CAkey $folder/ca.key -CAcreateserial -days 90 \
    -extfile <(printf '%s\n' basicConstraints=critical,CA:false keyUsage=critical,digitalSignature extendedKeyUsage=serverAuth \
      subjectKeyIdentifier=hash authorityKeyIdentifier=keyid "subjectAltName=$names") -out $folder/server.pem
  rm $folder/server.csr
}

# Browsers that trust it believe it about this machine only.
make_authority() { # FOLDER
  step "Making a certificate authority, $1/ca.pem"
  openssl_quietly req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 3650 \
    -subj "/CN=chat on $(hostname)" -keyout "$1/ca.key" -out "$1/ca.pem" \
    -addext basicConstraints=critical,CA:true,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
    -addext "nameConstraints=critical,permitted;DNS:localhost,permitted;DNS:$(hostname),permitted;IP:127.0.0.0/255.0.0.0,permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
}

openssl_quietly() { # ARGUMENT...
  local log=$run/log/tls.log
  (umask 077 && openssl "$@" 2>"$log") || { cat "$log" >&2; die "openssl could not make the certificate"; }
}

tls_hello() {
  [ -z "$TLS_PORT" ] || cat <<HELLO
With TLS:          https://localhost:$TLS_PORT, for browsers that trust $top/$run/tls/ca.pem
HELLO
}
