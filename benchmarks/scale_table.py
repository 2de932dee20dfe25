def write_table(t, path):
    print(t.to_string())
